/** Finding what was typed in a short text, for lists of commands. */

/** Where `needle` stands in `text`: at the start, else at the start of a word, else anywhere; -1 if nowhere. */
export function findWord(text: string, needle: string): number {
  const hay = text.toLowerCase();
  const wanted = needle.trim().toLowerCase();
  if (wanted === '') return 0;
  if (hay.startsWith(wanted)) return 0;
  const word = hay.split(/(?<=[\s\-_.:/])/u).reduce<{ at: number; found: number }>(
    (state, part) => ({
      at: state.at + part.length,
      found: state.found < 0 && hay.startsWith(wanted, state.at) ? state.at : state.found,
    }),
    { at: 0, found: -1 },
  ).found;
  return word >= 0 ? word : hay.indexOf(wanted);
}

/** How good a match is, the smaller the better; `null` for none. */
export function rank(text: string, needle: string): number | null {
  const at = findWord(text, needle);
  if (at < 0) return null;
  return at === 0 ? 0 : 1 + at / 1_000;
}
