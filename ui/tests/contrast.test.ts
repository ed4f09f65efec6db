/** Text pairs of both themes hold 4.5 : 1, fills and control borders 3 : 1 (WCAG 2.2, 1.4.3 and 1.4.11). */
import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

const tokens = readFileSync('src/shared/css/tokens.css', 'utf8');
const modes = readFileSync('src/shared/css/modes.css', 'utf8');

function theme(selector: string, css: string = tokens): Record<string, string> {
  const block = css.slice(css.indexOf(selector)).split('}')[0] ?? '';
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/giu)].map(([, name, value]) => [name, value]));
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((start) => {
    const value = parseInt(hex.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const pairs = (texts: string[], grounds: string[]) => texts.flatMap((text) => grounds.map((ground) => [text, ground] as const));
const TEXT = [
  ...pairs(['text', 'text-2'], ['bg', 'surface', 'sunken', 'raised', 'hover', 'selected', 'picked', 'neutral-bg']),
  ...pairs(['text-3'], ['bg', 'surface', 'raised', 'hover', 'field', 'picked']),
  ...pairs(['ok'], ['surface', 'bg', 'ok-bg']),
  ...pairs(['warn'], ['surface', 'bg', 'warn-bg']),
  ...pairs(['danger'], ['surface', 'bg', 'raised', 'danger-bg']),
  ...pairs(['relogin'], ['surface', 'relogin-bg']),
  ...pairs(['accent'], ['surface', 'hover', 'selected', 'raised', 'info-bg', 'neutral-bg']),
  ...pairs(['on-accent'], ['accent', 'accent-hover']),
  ...pairs(['theft'], ['theft-bg']),
];
const SHAPES = [
  ...pairs(['fill-ok', 'fill-warn', 'fill-danger', 'fill-info', 'fill-neutral'], ['surface', 'bg']),
  ...pairs(['control'], ['field', 'surface']),
];

describe.each([
  ['light', theme(':root')],
  ['dark', { ...theme(':root'), ...theme('[data-theme=dark]') }],
])('%s', (_, colours) => {
  const of = (name: string) => colours[name] ?? '';
  it.each(TEXT)('%s on %s can be read', (text, ground) => {
    expect(contrast(of(text), of(ground))).toBeGreaterThanOrEqual(4.5);
  });
  it.each(SHAPES)('%s on %s can be seen', (shape, ground) => {
    expect(contrast(of(shape), of(ground))).toBeGreaterThanOrEqual(3);
  });
});

describe.each([
  ['light', { ...theme(':root'), ...theme(':root', modes) }],
  ['dark', { ...theme(':root'), ...theme('[data-theme=dark]'), ...theme('[data-theme=dark]', modes) }],
])('%s, where more contrast is asked for', (_, colours) => {
  const of = (name: string) => colours[name] ?? '';
  it.each(TEXT)('%s on %s can be read with ease', (text, ground) => {
    expect(contrast(of(text), of(ground))).toBeGreaterThanOrEqual(7);
  });
  it.each(pairs(['border', 'control', 'btn-border'], ['surface', 'bg']))('%s on %s can be seen', (shape, ground) => {
    expect(contrast(of(shape), of(ground))).toBeGreaterThanOrEqual(3);
  });
});
