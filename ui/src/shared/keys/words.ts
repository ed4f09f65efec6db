/**
 * Keys as they are written on the keyboard: `Mod+K` is `Ctrl K`, and `⌘K` on macOS. What a key does
 * is in `frame/keys.ts` and `sessions/keys.ts`.
 */

export const APPLE = /mac|iphone|ipad/iu.test(navigator.platform);

const ON_APPLE: Record<string, string> = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Del: '⌫', Enter: '↩' };
const ELSEWHERE: Record<string, string> = { Mod: 'Ctrl' };

/** `Mod+Shift+K` in the words of the system. */
export function keyWords(chord: string, apple = APPLE): string {
  const words = chord.split('+').map((key) => (apple ? ON_APPLE : ELSEWHERE)[key] ?? key);
  return words.join(apple ? '' : ' ');
}
