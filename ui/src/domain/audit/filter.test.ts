import { describe, expect, it } from 'vitest';

import { shellWord } from './exporting.svelte';
import { asked, EVERYTHING, isEverything, span } from './filter';
import { pieces } from './masked';

const now = new Date(2026, 10, 25, 10, 0, 3).getTime();

describe('the filter of the log', () => {
  it('asks for everything by default', () => {
    expect(asked(EVERYTHING, now)).toEqual({ text: '', events: [], actors: [], results: [], from: null, to: null, session: null });
    expect(isEverything(EVERYTHING)).toBe(true);
    expect(isEverything({ ...EVERYTHING, range: 'week' })).toBe(false);
    expect(isEverything({ ...EVERYTHING, text: '  ' })).toBe(true);
  });

  it('takes days by the user’s own clock, both ends included', () => {
    const { from, to } = span({ ...EVERYTHING, range: 'custom', from: '2026-11-24', to: '2026-11-24' }, now);
    expect(from).toBe(new Date(2026, 10, 24).getTime());
    expect(to).toBe(new Date(2026, 10, 25).getTime() - 1);
    expect(span({ ...EVERYTHING, range: 'today' }, now).from).toBe(new Date(2026, 10, 25).getTime());
  });

  it('leaves an end open where no date is given or it is no date', () => {
    expect(span({ ...EVERYTHING, range: 'custom', from: '', to: 'tomorrow' }, now)).toEqual({ from: null, to: null });
  });
});

describe('a preview line', () => {
  const text = '{"account":"h:9c41","host":"x"}';

  it('is cut at its masked values and loses nothing', () => {
    const parts = pieces({ text, masked: [{ start: 11, end: 19 }] });
    expect(parts.map((part) => part.text).join('')).toBe(text);
    expect(parts.filter((part) => part.masked).map((part) => part.text)).toEqual(['"h:9c41"']);
  });

  it('marks nothing wrongly when spans overlap or lie outside', () => {
    const masked = [{ start: 11, end: 19 }, { start: 15, end: 25 }, { start: 30, end: 900 }, { start: 5, end: 5 }];
    const parts = pieces({ text, masked });
    expect(parts.map((part) => part.text).join('')).toBe(text);
    expect(parts.filter((part) => part.masked)).toHaveLength(1);
  });

  it('is bounded', () => {
    expect(pieces({ text: 'x'.repeat(1_000_000), masked: [] }).map((part) => part.text).join('').length).toBe(2_001);
  });
});

describe('a path in a command line', () => {
  it('is quoted where a shell would read it otherwise', () => {
    expect(shellWord('/home/ana/audit.jsonl')).toBe('/home/ana/audit.jsonl');
    expect(shellWord('/home/ana/my log.jsonl')).toBe("'/home/ana/my log.jsonl'");
    expect(shellWord("/tmp/it's; rm -rf $HOME")).toBe(String.raw`'/tmp/it'\''s; rm -rf $HOME'`);
  });
});
