/** An imported session that Keyfob shall keep fresh from now on. */
import { call, type CallError, toCallError } from '../../shared/bridge/bridge';
import type { Row } from '../../shared/bridge/types.gen';
import { SignInDraft } from '../signin/draft.svelte';

export class TakingOver {
  readonly draft: SignInDraft;
  readonly #session: Row;
  state = $state<'asking' | 'taking'>('asking');
  error = $state.raw<CallError | null>(null);
  /** Without a refresh token there is nothing to keep fresh. */
  hasRefresh = $state(true);

  readonly ready = $derived.by(
    () => this.draft.address.trim() !== '' && this.draft.clientId.trim() !== '' && this.state === 'asking',
  );

  constructor(session: Row) {
    this.#session = session;
    this.draft = new SignInDraft(null, session.issuer);
    if (session.scopes.length > 0) this.draft.scopes = session.scopes;
  }

  /** Fills in what the token said about its client. */
  async prefill(): Promise<void> {
    try {
      const detail = await call('session_detail', { id: this.#session.id });
      if (this.draft.clientId === '') this.draft.clientId = detail.clientId;
      this.hasRefresh = detail.tokens.some((token) => token.kind === 'refresh');
    } catch {
      // What is missing can be typed.
    }
  }

  async take(): Promise<Row | null> {
    if (!this.ready) return null;
    this.state = 'taking';
    this.error = null;
    try {
      return await call('take_over_session', { id: this.#session.id, request: this.draft.request() });
    } catch (thrown) {
      this.error = toCallError(thrown);
      return null;
    } finally {
      this.state = 'asking';
    }
  }
}
