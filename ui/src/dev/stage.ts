/**
 * The invented engine behind the page that stands in the real window: WebDriver runs this there, and
 * from then on the page's calls are answered here. So every state can be looked at as WebKit draws
 * it, under the window's own policy, also those that take hours or a broken disk to come by.
 */
import type { ChangeTag } from '../shared/bridge/bridge';
import { claimsOf, detailOf } from './detail';
import { HOSTILE } from './hostile';
import { answer, freshState, type MockState } from './mock';

type Answers = Record<string, (args: never) => unknown>;
interface Internals {
  runCallback: (id: number, data: unknown) => void;
}
interface Listener {
  handlerId: number;
}

const engine = window.fetch.bind(window);
const plugins = /^plugin:(?!event\|emit$)/u;

const stage = {
  state: freshState(),
  /** Answers in front of those of the mock. */
  answers: {} as Answers,
  answer,
  hostile: HOSTILE,
  detailOf,
  claimsOf,
  /** Starts anew behind a lock, which takes down whatever is open. */
  reset(change: (state: MockState) => void = () => undefined): void {
    stage.state = freshState();
    stage.answers = {};
    change(stage.state);
    stage.changed('vault');
  },
  /** Tells the page that something changed, by the callbacks that it gave to the real engine. */
  changed(tag: ChangeTag): void {
    const named = Object.getOwnPropertyNames(window).map((name) => (window as unknown as Record<string, unknown>)[name]);
    for (const table of named) {
      if (typeof table !== 'object' || table === null || Object.getPrototypeOf(table) !== null || !('changed' in table)) continue;
      const listeners = table.changed as Record<string, Listener>;
      const { runCallback } = (window as unknown as { __TAURI_INTERNALS__: Internals }).__TAURI_INTERNALS__;
      for (const id of Object.getOwnPropertyNames(listeners)) {
        runCallback((listeners[id] as Listener).handlerId, { event: 'changed', id: Number(id), payload: tag });
      }
    }
  },
};

async function answered(command: string, args: unknown): Promise<unknown> {
  if (command === 'plugin:event|emit') {
    stage.changed((args as { payload: ChangeTag }).payload);
    return null;
  }
  const own = stage.answers[command];
  return own ? own(args as never) : answer(stage.state, command, args);
}

window.fetch = async (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  const command = decodeURIComponent(url.pathname.slice(1));
  // Listening stays with the real engine, and so does its way out.
  if (url.protocol !== 'ipc:' || plugins.test(command) || command === 'quit') return engine(input, init);
  const args: unknown = JSON.parse(String(init?.body ?? '{}'));
  const reply = (kind: string, value: unknown): Response =>
    new Response(JSON.stringify(value ?? null), { headers: { 'Tauri-Response': kind, 'Content-Type': 'application/json' } });
  try {
    return reply('ok', await answered(command, args));
  } catch (thrown) {
    return reply('error', thrown);
  }
};

(window as unknown as { stage: typeof stage }).stage = stage;
stage.changed('vault');
