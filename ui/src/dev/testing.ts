/** For tests of single views: an engine with answers of one's own, and axe. */
import { configure, screen } from '@testing-library/svelte';
import type { UserEvent } from '@testing-library/user-event';
import axe from 'axe-core';
import { vi } from 'vitest';

import type { Commands } from '../shared/bridge/commands.gen';
import { freshState, installWith, type MockState } from './mock';

// Room for a busy machine; nothing waits longer than it must.
configure({ asyncUtilTimeout: 8_000 });
vi.setConfig({ testTimeout: 30_000 });

type Answers = { [K in keyof Commands]?: (args: Commands[K]['args']) => Commands[K]['answer'] | Promise<Commands[K]['answer']> };

interface Internals {
  invoke: (command: string, args: unknown, options: unknown) => Promise<unknown>;
}

/** The mock, with `answers` in front of its own. */
export function engine(answers: Answers = {}, change: (state: MockState) => void = () => undefined): MockState {
  const state = freshState();
  change(state);
  installWith(state);
  const internals = (window as unknown as { __TAURI_INTERNALS__: Internals }).__TAURI_INTERNALS__;
  const others = internals.invoke;
  internals.invoke = async (command, args, options) => {
    const answer = answers[command as keyof Commands] as ((args: unknown) => unknown) | undefined;
    if (!answer) return others(command, args, options);
    state.calls.push({ command, args });
    return answer(args);
  };
  return state;
}

/** The arguments of every call of a command, in order. */
export const calls = (state: MockState, command: keyof Commands): unknown[] =>
  state.calls.filter((call) => call.command === command).map((call) => call.args);

export const fail = (code: string, facts: Record<string, string> = {}) => (): never => {
  throw { code, facts };
};

/** What axe finds, in one line each. Colours need a real browser and are checked there. */
export async function axeFindings(root: Element = document.body): Promise<string[]> {
  const { violations } = await axe.run(root, {
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  });
  return violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 160)}`),
  );
}

/** Opens a list of choices, by its label or itself, and takes one by its value. */
export async function choose(user: UserEvent, list: string | HTMLElement, value: string): Promise<void> {
  await user.click(typeof list === 'string' ? screen.getByRole('combobox', { name: list }) : list);
  const options = await screen.findAllByRole('option');
  const wanted = options.find((option) => option.dataset['value'] === value);
  if (!wanted) throw new Error(`no such choice: ${value}`);
  await user.click(wanted);
}
