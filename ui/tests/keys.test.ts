import { describe, expect, it, vi } from 'vitest';

import { chord, dispatch, isTyping } from '../src/shared/keys/chord';
import { keyWords } from '../src/shared/keys/words';

const press = (key: string, mods: KeyboardEventInit = {}) => new KeyboardEvent('keydown', { key, cancelable: true, ...mods });

describe('keys as words', () => {
  it.each<[string, KeyboardEventInit, string]>([
    ['k', { ctrlKey: true }, 'Mod+k'],
    ['K', { ctrlKey: true, shiftKey: true }, 'Mod+Shift+k'],
    ['C', { shiftKey: true }, 'Shift+c'],
    ['c', {}, 'c'],
    ['?', { shiftKey: true }, '?'],
    ['/', { shiftKey: true }, '/'],
    [' ', {}, 'Space'],
    ['ArrowDown', { shiftKey: true }, 'Shift+ArrowDown'],
    ['F6', {}, 'F6'],
    [',', { ctrlKey: true }, 'Mod+,'],
  ])('%s with %o is %s', (key, mods, word) => {
    expect(chord(press(key, mods))).toBe(word);
  });

  it('runs what the map has and takes the key from the browser', () => {
    const run = vi.fn();
    const event = press('j');
    expect(dispatch({ j: run }, event)).toBe(true);
    expect(run).toHaveBeenCalledOnce();
    expect(event.defaultPrevented).toBe(true);
    expect(dispatch({ j: run }, press('x'))).toBe(false);
  });

  it('knows when a text is being typed', () => {
    const typing = (html: string) => {
      document.body.innerHTML = html;
      const event = press('c');
      document.body.firstElementChild?.dispatchEvent(event);
      return isTyping(event);
    };
    expect(typing('<input>')).toBe(true);
    expect(typing('<textarea></textarea>')).toBe(true);
    expect(typing('<select></select>')).toBe(true);
    expect(typing('<input type="checkbox">')).toBe(false);
    expect(typing('<button></button>')).toBe(false);
  });
});

describe('keys as they are written on the keyboard', () => {
  it.each([
    ['Mod+K', 'Ctrl K', '⌘K'],
    ['Mod+,', 'Ctrl ,', '⌘,'],
    ['Shift+F6', 'Shift F6', '⇧F6'],
    ['Del', 'Del', '⌫'],
    ['?', '?', '?'],
  ])('%s', (keys, elsewhere, apple) => {
    expect(keyWords(keys, false)).toBe(elsewhere);
    expect(keyWords(keys, true)).toBe(apple);
  });
});
