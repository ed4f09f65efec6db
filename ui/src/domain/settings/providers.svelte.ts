/** What can be done with a remembered provider. Each says what happened, or why not. */
import { call, type CallError, toCallError } from '../../shared/bridge/bridge';
import type { IssuerView, ProviderKind } from '../../shared/bridge/types.gen';

export class ProviderCare {
  busy = $state(false);
  error = $state.raw<CallError | null>(null);

  /** Wipes client, secret and scopes here. Sessions stay; nothing is revoked. */
  async forget(issuer: IssuerView): Promise<boolean> {
    return this.#attempt(() => call('forget_issuer', { id: issuer.id }));
  }

  /** The secret is what the clipboard holds; Rust reads it. */
  async keepAdmin(issuer: IssuerView, clientId: string): Promise<boolean> {
    return this.#attempt(() => call('keep_admin_client', { id: issuer.id, clientId: clientId.trim() }));
  }

  /** What the user says the provider is, where its configuration does not tell. */
  async setKind(issuer: IssuerView, kind: ProviderKind): Promise<boolean> {
    return this.#attempt(() => call('set_issuer_kind', { id: issuer.id, kind }));
  }

  async dropAdmin(issuer: IssuerView): Promise<boolean> {
    return this.#attempt(() => call('drop_admin_client', { id: issuer.id }));
  }

  async #attempt(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.error = null;
    try {
      await work();
      return true;
    } catch (thrown) {
      this.error = toCallError(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
