/** A preview line in pieces, so that masked values can be marked without any markup in the text. */
import type { PreviewLine } from '../../shared/bridge/types.gen';

export interface Piece {
  text: string;
  masked: boolean;
}

const MOST = 2_000;

/** Spans count UTF-16 units; what overlaps or lies outside is left out rather than marked wrongly. */
export function pieces(line: PreviewLine): Piece[] {
  const text = line.text.slice(0, MOST);
  const found: Piece[] = [];
  let at = 0;
  for (const span of [...line.masked].sort((a, b) => a.start - b.start)) {
    if (span.start < at || span.end <= span.start || span.end > text.length) continue;
    if (span.start > at) found.push({ text: text.slice(at, span.start), masked: false });
    found.push({ text: text.slice(span.start, span.end), masked: true });
    at = span.end;
  }
  if (at < text.length) found.push({ text: text.slice(at), masked: false });
  if (line.text.length > MOST) found.push({ text: '…', masked: false });
  return found;
}
