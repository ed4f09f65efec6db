/**
 * The only way to the engine: one typed call, one event. Nothing else in the page may speak to Tauri.
 */
import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';

import type { Commands } from './commands.gen';
import type { ErrorCode, ErrorView } from './types.gen';

/** What changed in the engine; whoever shows it asks again. */
export type ChangeTag = 'vault' | 'sessions' | 'audit' | 'flow' | 'clipboard' | 'settings' | 'online' | 'export' | 'closing';

/** What a call that went wrong throws: a code for the messages, and facts that are safe to show. */
export class CallError extends Error implements ErrorView {
  readonly code: ErrorCode;
  readonly facts: Record<string, string>;

  constructor(view: ErrorView) {
    super(view.code);
    this.name = 'CallError';
    this.code = view.code;
    this.facts = view.facts as Record<string, string>;
  }
}

function isErrorView(value: unknown): value is ErrorView {
  return typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string';
}

/** Anything thrown, as an error of ours; what is not the engine's own is `internal`. */
export function toCallError(thrown: unknown): CallError {
  if (thrown instanceof CallError) return thrown;
  if (isErrorView(thrown)) return new CallError({ code: thrown.code, facts: thrown.facts ?? {} });
  return new CallError({ code: 'internal', facts: {} });
}

type Args<K extends keyof Commands> =
  Commands[K]['args'] extends Record<string, never> ? [] : [args: Commands[K]['args']];

/** Calls the engine. Throws `CallError`, nothing else. */
export async function call<K extends keyof Commands>(
  command: K,
  ...[args]: Args<K>
): Promise<Commands[K]['answer']> {
  try {
    return await invoke<Commands[K]['answer']>(command, args);
  } catch (thrown) {
    throw toCallError(thrown);
  }
}

/** Runs `then` whenever one of `tags` changed, until the returned function is called. */
export function onChanged(tags: ChangeTag | readonly ChangeTag[], then: (tag: ChangeTag) => void): () => void {
  const wanted: readonly string[] = typeof tags === 'string' ? [tags] : tags;
  let off: (() => void) | undefined;
  let over = false;
  void listen<ChangeTag>('changed', ({ payload }) => {
    if (!over && wanted.includes(payload)) then(payload);
  }).then((stop) => {
    if (over) stop();
    else off = stop;
  });
  return () => {
    over = true;
    off?.();
  };
}
