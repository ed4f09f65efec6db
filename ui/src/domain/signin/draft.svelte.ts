/**
 * What the user is about to sign in with: the address, what was found there, and the client. The
 * client secret is not in it: Rust pastes and keeps that, and tells its length only.
 */
import { call, type CallError, toCallError } from '../../shared/bridge/bridge';
import type { DiscoveryView, IssuerView, SecretStatus, SignInRequest } from '../../shared/bridge/types.gen';
import { addScopes, DEFAULT_SCOPES, typedPort, withScheme } from './address';

export type CheckState = 'idle' | 'checking' | 'found' | 'failed';

const NO_SECRET: SecretStatus = { held: false, length: 0 };

export class SignInDraft {
  address = $state('');
  clientId = $state('');
  scopes = $state.raw<readonly string[]>(DEFAULT_SCOPES);
  port = $state('');
  allowPrivate = $state(false);
  way = $state<'browser' | 'device'>('browser');

  check = $state<CheckState>('idle');
  found = $state.raw<DiscoveryView | null>(null);
  error = $state.raw<CallError | null>(null);

  /** The secret that Rust took from the clipboard for this sign-in. */
  secret = $state.raw<SecretStatus>(NO_SECRET);
  secretError = $state.raw<CallError | null>(null);

  /** The remembered provider that is being changed, if any. */
  readonly known: IssuerView | null;
  /** Rises with each check, so that a late answer to an older address is dropped. */
  #checks = 0;

  constructor(known: IssuerView | null = null, address = '') {
    this.known = known;
    this.address = known?.issuer ?? address;
    if (!known) return;
    this.clientId = known.clientId;
    this.scopes = known.scopes.length > 0 ? known.scopes : DEFAULT_SCOPES;
    this.port = known.redirectPort === null ? '' : String(known.redirectPort);
    this.allowPrivate = known.allowPrivate;
  }

  /** The address needs the user's word that private networks are meant. */
  readonly needsPrivate = $derived(
    this.error?.code === 'issuer_private_address' || (this.found?.privateAddress ?? false),
  );
  readonly portWrong = $derived(typedPort(this.port) === undefined);
  /** The vault keeps a secret for this client, and no other one was pasted. */
  readonly keepsSecret = $derived.by(
    () => !this.secret.held && (this.known?.hasSecret ?? false) && this.known?.clientId === this.clientId.trim(),
  );
  readonly ready = $derived(
    this.check === 'found' &&
      this.clientId.trim() !== '' &&
      !this.portWrong &&
      (!(this.found?.privateAddress ?? false) || this.allowPrivate),
  );

  /** Typing another address makes what was found about the old one void. */
  type(address: string): void {
    this.address = address;
    if (this.check === 'idle') return;
    this.#checks += 1;
    this.check = 'idle';
    this.found = null;
    this.error = null;
  }

  /** Asks the provider what it offers. Only when the user says so: a half-typed host is nobody's business. */
  async discover(): Promise<void> {
    const issuer = withScheme(this.address);
    if (issuer === '' || this.check === 'checking') return;
    const mine = (this.#checks += 1);
    this.check = 'checking';
    this.error = null;
    try {
      const found = await call('discover_issuer', { issuer, allowPrivate: this.allowPrivate });
      if (mine !== this.#checks) return;
      this.found = found;
      this.check = 'found';
      if (!found.browserFlow && found.deviceFlow) this.way = 'device';
      if (!found.deviceFlow) this.way = 'browser';
    } catch (thrown) {
      if (mine !== this.#checks) return;
      this.found = null;
      this.error = toCallError(thrown);
      this.check = 'failed';
    }
  }

  /** The user's word for private addresses; what was refused for them is asked again. */
  async allow(allowed: boolean): Promise<void> {
    this.allowPrivate = allowed;
    if (allowed && this.error?.code === 'issuer_private_address') await this.discover();
  }

  addScopes(typed: string): void {
    this.scopes = addScopes(this.scopes, typed);
  }

  removeScope(scope: string): void {
    this.scopes = this.scopes.filter((other) => other !== scope);
  }

  async pasteSecret(): Promise<void> {
    await this.#secret('paste_client_secret');
  }

  async dropSecret(): Promise<void> {
    if (this.secret.held) await this.#secret('drop_client_secret');
  }

  request(session: string | null = null): SignInRequest {
    return {
      issuer: this.found?.issuer ?? withScheme(this.address),
      clientId: this.clientId.trim(),
      scopes: [...this.scopes],
      redirectPort: typedPort(this.port) ?? null,
      allowPrivate: this.allowPrivate,
      useSecret: this.secret.held,
      device: this.way === 'device',
      session,
      name: null,
    };
  }

  async #secret(command: 'paste_client_secret' | 'drop_client_secret'): Promise<void> {
    this.secretError = null;
    try {
      this.secret = await call(command);
    } catch (thrown) {
      this.secretError = toCallError(thrown);
    }
  }
}

/** A remembered provider signs in with what it was signed in with last time. */
export function requestOf(known: IssuerView, device = false): SignInRequest {
  return {
    issuer: known.issuer,
    clientId: known.clientId,
    scopes: known.scopes.length > 0 ? known.scopes : [...DEFAULT_SCOPES],
    redirectPort: known.redirectPort,
    allowPrivate: known.allowPrivate,
    useSecret: false,
    device,
    session: null,
    name: null,
  };
}
