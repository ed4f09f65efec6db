/**
 * A token on its way in. Rust reads the clipboard or the file; what comes here says what it is,
 * never its value.
 */
import { call, type CallError, toCallError } from '../../shared/bridge/bridge';
import type { ImportPreview, Row } from '../../shared/bridge/types.gen';

export type ImportState = 'reading' | 'preview' | 'saving' | 'failed' | 'given_up';

export class Importing {
  state = $state<ImportState>('reading');
  preview = $state.raw<ImportPreview | null>(null);
  error = $state.raw<CallError | null>(null);
  name = $state('');

  /** The name of the session that already holds the token, once it is known. */
  holder = $state<string | null>(null);

  readonly #from: 'clipboard' | 'file';

  readonly nameWrong = $derived.by(() => {
    const length = [...this.name.trim()].length;
    return length < 1 || length > 120;
  });
  readonly ready = $derived.by(() => this.state === 'preview' && this.preview?.alreadyIn === null && !this.nameWrong);

  constructor(from: 'clipboard' | 'file') {
    this.#from = from;
  }

  /** Reads; where the user chose no file, `given_up`. */
  async read(): Promise<void> {
    await this.discard();
    this.state = 'reading';
    this.error = null;
    try {
      const preview = await call(this.#from === 'file' ? 'import_from_file' : 'import_from_clipboard');
      this.preview = preview;
      this.name = preview?.suggestedName ?? '';
      this.state = preview ? 'preview' : 'given_up';
      if (preview?.alreadyIn) this.holder = await nameOf(preview.alreadyIn);
    } catch (thrown) {
      this.error = toCallError(thrown);
      this.state = 'failed';
    }
  }

  async commit(): Promise<Row | null> {
    const preview = this.preview;
    if (!preview || !this.ready) return null;
    this.state = 'saving';
    this.error = null;
    try {
      const row = await call('import_commit', { id: preview.id, name: this.name.trim() });
      this.preview = null;
      return row;
    } catch (thrown) {
      this.error = toCallError(thrown);
      this.state = 'failed';
      return null;
    }
  }

  /** Rust drops what it read. */
  async discard(): Promise<void> {
    const id = this.preview?.id;
    this.preview = null;
    this.holder = null;
    if (id === undefined) return;
    try {
      await call('import_discard', { id });
    } catch {
      // It is dropped after a while in any case.
    }
  }
}

async function nameOf(id: string): Promise<string | null> {
  try {
    return (await call('session_detail', { id })).row.name;
  } catch {
    return null;
  }
}
