/**
 * The sign-in that is on its way. There is one at most, and it lives on when its dialog is closed:
 * the browser or the other device may still answer.
 */
import { call, type CallError, onChanged, toCallError } from '../../shared/bridge/bridge';
import type { ErrorView, FlowView, SignInRequest } from '../../shared/bridge/types.gen';

/** Beside the events, so that a lost one does not leave a finished sign-in waiting. */
const POLL_MS = 1_000;

export type FlowState = 'none' | 'starting' | 'running' | 'done' | 'failed';

class SignInFlow {
  /** What the engine says about it. */
  view = $state.raw<FlowView | null>(null);
  /** What it was started with, for "Try again". */
  request = $state.raw<SignInRequest | null>(null);
  starting = $state(false);
  /** Why it could not even start. */
  startError = $state.raw<CallError | null>(null);

  /** How many dialogs show it; with none, its end is told by a toast. */
  attended = 0;
  onended: (() => void) | undefined;

  #stop: (() => void) | undefined;
  #asking = false;
  /** Rises with each sign-in, so that a late answer about an older one is dropped. */
  #run = 0;

  readonly state: FlowState = $derived.by(() => {
    if (this.starting) return 'starting';
    if (this.startError) return 'failed';
    if (!this.view) return 'none';
    if (this.view.stage === 'done' || this.view.stage === 'failed') return this.view.stage;
    return 'running';
  });
  readonly error: ErrorView | null = $derived(this.startError ?? this.view?.error ?? null);
  readonly host = $derived(this.view?.host ?? hostOf(this.request?.issuer ?? ''));

  async start(request: SignInRequest): Promise<void> {
    this.#end();
    const run = this.#run;
    this.request = request;
    this.view = null;
    this.startError = null;
    this.starting = true;
    try {
      const view = await call('start_sign_in', { request });
      if (run !== this.#run) return;
      this.view = view;
      this.#watch();
    } catch (thrown) {
      if (run === this.#run) this.startError = toCallError(thrown);
    } finally {
      if (run === this.#run) this.starting = false;
    }
  }

  /** The same once more. */
  async again(): Promise<void> {
    if (this.request) await this.start(this.request);
  }

  /** Gives it up at the engine too, and forgets it. */
  async cancel(): Promise<void> {
    const id = this.state === 'running' ? this.view?.id : undefined;
    this.clear();
    if (id === undefined) return;
    try {
      await call('cancel_flow', { id });
    } catch {
      // It ended by itself in this moment; there is nothing left to cancel.
    }
  }

  async openPage(): Promise<void> {
    if (this.view) await call('open_flow_page', { id: this.view.id });
  }

  async copyCode(): Promise<void> {
    if (this.view) await call('copy_user_code', { id: this.view.id });
  }

  /** Nothing of it stays, on the screen or here; a running one is not cancelled by this. */
  clear(): void {
    this.#end();
    this.view = null;
    this.request = null;
    this.startError = null;
    this.starting = false;
  }

  #watch(): void {
    const off = onChanged('flow', () => void this.#ask());
    const timer = setInterval(() => void this.#ask(), POLL_MS);
    this.#stop = () => {
      off();
      clearInterval(timer);
    };
  }

  #end(): void {
    this.#run += 1;
    this.#stop?.();
    this.#stop = undefined;
  }

  async #ask(): Promise<void> {
    const id = this.view?.id;
    if (id === undefined || this.#asking) return;
    const run = this.#run;
    this.#asking = true;
    try {
      const view = await call('flow_state', { id });
      if (run !== this.#run) return;
      this.view = view;
    } catch (thrown) {
      if (run !== this.#run) return;
      const error = toCallError(thrown);
      // Lock ends every sign-in, and nothing of it stays behind the lock.
      if (error.code === 'vault_locked' || error.code === 'vault_not_open') this.clear();
      else this.startError = error;
    } finally {
      this.#asking = false;
    }
    if (this.state === 'running') return;
    this.#stop?.();
    this.#stop = undefined;
    if (this.attended === 0) this.onended?.();
  }
}

function hostOf(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).host : issuer;
}

export const flow = new SignInFlow();
