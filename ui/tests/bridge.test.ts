import { emit } from '@tauri-apps/api/event';
import { mockIPC } from '@tauri-apps/api/mocks';
import { describe, expect, it, vi } from 'vitest';

import { call, CallError, onChanged, toCallError } from '../src/shared/bridge/bridge';
import { COMMANDS } from '../src/shared/bridge/commands.gen';
import { explain } from '../src/shared/messages/explain';
import { en } from '../src/shared/messages/en';

describe('the bridge', () => {
  it('passes arguments and answers through', async () => {
    const seen: unknown[] = [];
    mockIPC((command, args) => {
      seen.push([command, args]);
      return { name: 'new' };
    });
    expect(await call('rename_session', { id: '1', name: 'new' })).toEqual({ name: 'new' });
    expect(seen).toEqual([['rename_session', { id: '1', name: 'new' }]]);
  });

  it('throws the errors of the engine as one type', async () => {
    mockIPC(() => {
      throw { code: 'vault_disk_full', facts: {} };
    });
    const thrown = await call('app_state').catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(CallError);
    expect((thrown as CallError).code).toBe('vault_disk_full');
  });

  it('calls everything else internal, and repeats nothing of it', async () => {
    mockIPC(() => {
      throw new Error('token=eyJhbGciOi');
    });
    const thrown = toCallError(await call('app_state').catch((error: unknown) => error));
    expect(thrown.code).toBe('internal');
    expect(JSON.stringify(thrown) + thrown.message + explain(thrown)).not.toContain('eyJ');
  });

  it('hears only the tags it was asked for, until it is stopped', async () => {
    mockIPC(() => undefined, { shouldMockEvents: true });
    const heard = vi.fn();
    const stop = onChanged(['sessions', 'vault'], heard);
    await vi.waitFor(async () => {
      await emit('changed', 'vault');
      expect(heard).toHaveBeenCalledWith('vault');
    });
    await emit('changed', 'audit');
    expect(heard).not.toHaveBeenCalledWith('audit');
    stop();
    heard.mockClear();
    await emit('changed', 'sessions');
    expect(heard).not.toHaveBeenCalled();
  });

  it('knows each command once', () => {
    expect(new Set(COMMANDS).size).toBe(COMMANDS.length);
  });
});

describe('errors in words', () => {
  it('has a sentence for every code, whatever facts come with it', () => {
    const all: Record<string, string>[] = [
      {},
      { host: 'h', path: 'p', name: 'n', until: 'u', expected: 'e', found: 'f', seq: '1', port: '1', pid: '1' },
    ];
    for (const sentence of Object.values(en.errors)) {
      for (const facts of all) {
        const text = sentence(facts);
        expect(text).toMatch(/^[A-Z<hp].*[.?]$/u);
        expect(text).not.toMatch(/undefined|null|Oops|_/u);
      }
    }
  });

  it('cuts what providers send', () => {
    const text = explain(new CallError({ code: 'issuer_mismatch', facts: { expected: 'a', found: 'x'.repeat(5_000) } }));
    expect(text.length).toBeLessThan(400);
  });
});
