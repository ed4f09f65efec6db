import { describe, expect, it } from 'vitest';

import {
  finished,
  parseFilter,
  parseSearch,
  type Search,
  searchText,
  stateFilter,
  toggleFilter,
  tokens,
  typed,
} from '../src/domain/sessions/search';

const NOTHING: Search = { filters: [], words: '' };

describe('filters', () => {
  it.each([
    ['is:expiring', { key: 'is', value: 'expiring', negated: false }],
    ['-issuer:gitlab', { key: 'issuer', value: 'gitlab', negated: true }],
    ['EXPIRES:<1h', { key: 'expires', value: '<1h', negated: false }],
    ['label:"on call"', { key: 'label', value: 'on call', negated: false }],
    ['scope:https://x/y:z', { key: 'scope', value: 'https://x/y:z', negated: false }],
  ])('reads %s', (text, filter) => {
    expect(parseFilter(text)).toEqual(filter);
  });

  it.each(['okta', 'is:', '-', ':x', 'colour:red', 'label:""', 'https://sso.example.com'])('takes %s as words', (text) => {
    expect(parseFilter(text)).toBeNull();
  });

  it('survives a round through its own text', () => {
    const text = '-issuer:gitlab is:expiring label:"on call" two words';
    expect(searchText(parseSearch(text))).toBe(text);
    expect(searchText(parseSearch(searchText(parseSearch(text))))).toBe(text);
  });

  it('keeps each filter once', () => {
    expect(parseSearch('is:active IS:ACTIVE is:active').filters).toHaveLength(1);
  });

  it('stays bounded for very long text', () => {
    const search = parseSearch(Array.from({ length: 200 }, (_, n) => `label:l${n}`).join(' '));
    expect(search.filters.length).toBeLessThanOrEqual(24);
  });

  it('does not split inside quotes, open ones included', () => {
    expect(tokens('a "b c" d')).toEqual(['a', '"b c"', 'd']);
    expect(tokens('label:"on call')).toEqual(['label:"on call']);
  });
});

describe('typing', () => {
  it('makes a chip of a filter once a space follows', () => {
    expect(typed(NOTHING, 'is:exp')).toEqual({ filters: [], words: 'is:exp' });
    const done = typed(NOTHING, 'is:expiring ');
    expect(done.filters).toEqual([stateFilter('expiring')]);
    expect(done.words).toBe('');
  });

  it('leaves plain words with their spaces alone', () => {
    expect(typed(NOTHING, 'billing cli ').words).toBe('billing cli ');
  });

  it('takes filters out of the middle of pasted text', () => {
    const done = typed(NOTHING, 'okta is:active -label:prod bill');
    expect(done.filters.map((filter) => filter.key)).toEqual(['is', 'label']);
    expect(done.words).toBe('okta bill');
  });

  it('does not end a filter inside its quotes', () => {
    expect(typed(NOTHING, 'label:"on ').filters).toHaveLength(0);
    expect(typed(NOTHING, 'label:"on call" ').filters[0]?.value).toBe('on call');
  });

  it('makes chips of everything on Enter', () => {
    const done = finished({ filters: [], words: 'is:active' });
    expect(done).toEqual({ filters: [stateFilter('active')], words: '' });
    expect(finished({ filters: [], words: 'okta' })).toEqual({ filters: [], words: 'okta' });
  });

  it('toggles a filter on and off, and tells a negated one from its opposite', () => {
    const on = toggleFilter(NOTHING, stateFilter('active'));
    const both = toggleFilter(on, { ...stateFilter('active'), negated: true });
    expect(both.filters).toHaveLength(2);
    expect(toggleFilter(both, stateFilter('active')).filters).toEqual([{ key: 'is', value: 'active', negated: true }]);
  });
});
