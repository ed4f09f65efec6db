import { describe, expect, it } from 'vitest';

import { addScopes, DEFAULT_SCOPES, typedPort, withScheme } from './address';

describe('an address as people type it', () => {
  it.each([
    ['sso.example.com', 'https://sso.example.com'],
    ['  sso.example.com/realms/eng ', 'https://sso.example.com/realms/eng'],
    ['localhost:3000', 'http://localhost:3000'],
    ['127.0.0.1:9000/op', 'http://127.0.0.1:9000/op'],
    ['[::1]:9000', 'http://[::1]:9000'],
    // Not this computer, whatever it looks like.
    ['localhost.evil.example', 'https://localhost.evil.example'],
    ['127.0.0.1.evil.example', 'https://127.0.0.1.evil.example'],
    // A slash at the end belongs to the issuer; it must match to the letter.
    ['https://tenant.example.com/', 'https://tenant.example.com/'],
    ['http://sso.example.com', 'http://sso.example.com'],
    ['javascript://x', 'javascript://x'],
    ['', ''],
  ])('%s becomes %s', (typed, address) => {
    expect(withScheme(typed)).toBe(address);
  });
});

describe('scopes', () => {
  it('keeps their order and each once', () => {
    expect(addScopes(DEFAULT_SCOPES, 'groups email, groups')).toEqual([...DEFAULT_SCOPES, 'groups']);
  });

  it('leaves out what is no scope (RFC 6749 §3.3)', () => {
    expect(addScopes([], 'a"b c\\d ä x'.repeat(1) + ' ' + 'y'.repeat(201))).toEqual(['x']);
  });

  it('has a bound', () => {
    expect(addScopes([], Array.from({ length: 500 }, (_, index) => `s${index}`).join(' '))).toHaveLength(50);
  });
});

describe('a port', () => {
  it('is none, a number, or wrong', () => {
    expect(['', '8400', '80', '70000', 'x', '8400.5'].map(typedPort)).toEqual([null, 8400, undefined, undefined, undefined, undefined]);
  });
});
