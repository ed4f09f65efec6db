/** The way through the sign-in dialog: choose a provider, fill in what is missing, start. */
import { call } from '../../shared/bridge/bridge';
import type { DemoView, IssuerView, Row } from '../../shared/bridge/types.gen';
import { vault } from '../vault.svelte';
import { DEFAULT_SCOPES } from './address';
import { requestOf, SignInDraft } from './draft.svelte';
import { flow } from './flow.svelte';
import { KnownIssuers } from './known.svelte';

export class SignInSteps {
  readonly known = new KnownIssuers();
  step = $state<'choose' | 'form'>('choose');
  draft = $state.raw(new SignInDraft());

  readonly #issuer: string | undefined;
  readonly #session: Row | undefined;

  constructor(issuer?: string, session?: Row) {
    this.#issuer = issuer;
    this.#session = session;
    if (issuer !== undefined || session) this.step = 'form';
    if (issuer !== undefined) this.draft = new SignInDraft(null, issuer);
    else if (session) this.draft = new SignInDraft(null, session.issuer);
  }

  /** Whether the list of providers is behind this step. */
  readonly canGoBack = $derived.by(() => this.step === 'form' && !this.#session);

  /** Begins with what the dialog was opened for; returns how to stop. */
  start(): () => void {
    flow.attended += 1;
    const off = this.known.start();
    void this.#open();
    return () => {
      flow.attended -= 1;
      off();
    };
  }

  /** One click on a remembered provider. */
  async signIn(known: IssuerView, device = false): Promise<void> {
    await flow.start(requestOf(known, device));
  }

  async tryDemo(demo: DemoView): Promise<void> {
    await flow.start({
      issuer: demo.issuer,
      clientId: demo.clientId,
      scopes: [...DEFAULT_SCOPES],
      redirectPort: null,
      // The demonstration runs on this computer.
      allowPrivate: true,
      useSecret: false,
      device: false,
      session: null,
      name: null,
    });
  }

  /** Shows everything that was remembered, to change it before signing in. */
  change(known: IssuerView): void {
    this.#take(new SignInDraft(known));
    void this.draft.discover();
  }

  back(): void {
    void this.draft.dropSecret();
    this.step = 'choose';
    this.draft = new SignInDraft();
  }

  /** After a failure: back to the entries, with all that was typed. */
  edit(): void {
    const request = flow.request;
    flow.clear();
    if (this.draft.address !== '' || !request) return;
    const known = this.known.of(request.issuer, request.clientId) ?? null;
    const draft = new SignInDraft(known, request.issuer);
    draft.clientId = request.clientId;
    draft.allowPrivate = request.allowPrivate;
    this.#take(draft);
    void draft.discover();
  }

  async submit(): Promise<void> {
    if (this.draft.check !== 'found') {
      await this.draft.discover();
      // The compiler does not see that the check has changed what it narrowed.
      if ((this.draft.check as string) === 'found') this.step = 'form';
      return;
    }
    if (this.draft.ready) await flow.start(this.draft.request(this.#session?.id ?? null));
  }

  #take(draft: SignInDraft): void {
    this.step = 'form';
    this.draft = draft;
  }

  async #open(): Promise<void> {
    if (flow.state === 'running' || flow.state === 'starting') return;
    flow.clear();
    const demo = vault.app?.demo ?? null;
    if (this.#session) await this.#signInAgain(this.#session);
    else if (demo && this.#issuer === demo.issuer) {
      this.step = 'choose';
      await this.tryDemo(demo);
    } else if (this.#issuer !== undefined && this.#issuer !== '') await this.draft.discover();
  }

  /** Signing in again needs no questions where issuer and client are known. */
  async #signInAgain(session: Row): Promise<void> {
    try {
      const [{ clientId }] = await Promise.all([call('session_detail', { id: session.id }), this.known.load()]);
      const known = this.known.of(session.issuer, clientId);
      if (session.issuer !== '' && clientId !== '') {
        const scopes = known?.scopes.length ? known.scopes : session.scopes;
        const base = known
          ? requestOf(known)
          : new SignInDraft(null, session.issuer).request();
        await flow.start({ ...base, clientId, scopes: scopes.length > 0 ? scopes : base.scopes, session: session.id });
        return;
      }
    } catch {
      // What is missing can be typed.
    }
    if (session.issuer !== '') await this.draft.discover();
  }
}
