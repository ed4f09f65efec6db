/** An export of the log: what goes in, how it is masked, where it goes. Secrets are never in it. */
import { call, type CallError, onChanged, toCallError } from '../../shared/bridge/bridge';
import type { ExportPreview, ExportRequest, ExportResult, Mask } from '../../shared/bridge/types.gen';
import { ticker } from '../../shared/stores/ticker.svelte';
import { asked, EVERYTHING, type Filter, type RangeName } from './filter';

export type ExportState = 'editing' | 'running' | 'done' | 'cancelled' | 'failed';
/** `filtered`: what the list shows. */
export type ExportRange = 'filtered' | Exclude<RangeName, 'custom'>;

export class Exporting {
  range = $state<ExportRange>('all');
  format = $state<'jsonl' | 'csv'>('jsonl');
  accounts = $state<Mask>('hash');
  hosts = $state<Mask>('keep');

  state = $state<ExportState>('editing');
  preview = $state.raw<ExportPreview | null>(null);
  previewing = $state(false);
  result = $state.raw<ExportResult | null>(null);
  error = $state.raw<CallError | null>(null);
  /** How far a running export is. */
  done = $state(0);
  total = $state(0);
  /** Chosen by the user; else where the preview says. */
  #chosen = $state<string | null>(null);

  readonly #filter: Filter;
  /** Rises with each change, so that only the newest preview counts. */
  #run = 0;

  readonly target = $derived(this.#chosen ?? this.preview?.target ?? '');
  readonly count = $derived(this.preview?.events ?? 0);

  constructor(filter: Filter, filtered: boolean) {
    this.#filter = filter;
    if (filtered) this.range = 'filtered';
  }

  request(): ExportRequest {
    const filter = this.range === 'filtered' ? this.#filter : { ...EVERYTHING, range: this.range };
    return {
      format: this.format,
      accounts: this.accounts,
      hosts: this.hosts,
      filter: { ...asked(filter, ticker.peek()), offset: 0, limit: 0 },
    };
  }

  async refresh(): Promise<void> {
    const run = (this.#run += 1);
    this.previewing = true;
    this.error = null;
    try {
      const preview = await call('export_preview', { request: this.request() });
      if (run === this.#run) this.preview = preview;
    } catch (thrown) {
      if (run === this.#run) this.error = toCallError(thrown);
    } finally {
      if (run === this.#run) this.previewing = false;
    }
  }

  /** Asks the system where; says whether there is a target now. */
  async chooseTarget(): Promise<boolean> {
    this.error = null;
    try {
      const path = await call('choose_export_target', { request: this.request() });
      if (path !== null) this.#chosen = path;
    } catch (thrown) {
      this.error = toCallError(thrown);
    }
    return this.target !== '';
  }

  async run(): Promise<void> {
    if (this.target === '' && !(await this.chooseTarget())) return;
    this.state = 'running';
    this.error = null;
    this.done = this.total = 0;
    const off = onChanged('export', () => void this.#look());
    try {
      this.result = await call('export_audit', { request: this.request() });
      this.state = 'done';
    } catch (thrown) {
      this.error = toCallError(thrown);
      this.state = this.error.code === 'export_cancelled' ? 'cancelled' : 'failed';
    } finally {
      off();
    }
  }

  async #look(): Promise<void> {
    const progress = await call('export_progress').catch(() => null);
    if (progress && this.state === 'running') ({ done: this.done, total: this.total } = progress);
  }

  async stop(): Promise<void> {
    if (this.state === 'running') await call('cancel_export').catch(() => undefined);
  }

  edit(): void {
    this.state = 'editing';
    this.result = null;
    this.error = null;
  }
}

/** A path as a shell takes it. */
export function shellWord(path: string): string {
  return /^[\w@%+=:,./-]+$/u.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
