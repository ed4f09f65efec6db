/** What good practice has to say about the session that is shown, and what the user put aside. */
import { call, type CallError, toCallError } from '../../shared/bridge/bridge';
import type { FindingCode, FindingsView, FindingView } from '../../shared/bridge/types.gen';
import { explain } from '../../shared/messages/explain';
import { t } from '../../shared/messages/t';
import { toasts } from '../../shared/stores/toasts.svelte';

class Findings {
  /** The session that `view` is about. */
  id = $state<string | null>(null);
  view = $state.raw<FindingsView | null>(null);
  error = $state.raw<CallError | null>(null);

  readonly open = $derived(this.view?.open ?? []);
  /** Checks that could look, whatever they found. */
  readonly made = $derived(
    (this.view?.open.length ?? 0) + (this.view?.dismissed.length ?? 0) + (this.view?.fine.length ?? 0),
  );

  async load(id: string): Promise<void> {
    if (id !== this.id) this.clear();
    this.id = id;
    try {
      this.#take(id, await call('session_findings', { id }));
    } catch (thrown) {
      if (id === this.id) this.error = toCallError(thrown);
    }
  }

  async dismiss(finding: FindingView): Promise<void> {
    const id = this.id;
    if (id === null || !(await this.#mark('dismiss_finding', id, finding.code))) return;
    toasts.show({
      text: t.findings.dismissed(t.findings.rule(finding.code).title),
      icon: 'check',
      action: { label: t.common.undo, run: () => void this.#mark('restore_finding', id, finding.code) },
    });
  }

  async restore(finding: FindingView): Promise<void> {
    if (this.id !== null) await this.#mark('restore_finding', this.id, finding.code);
  }

  clear(): void {
    this.id = null;
    this.view = null;
    this.error = null;
  }

  async #mark(command: 'dismiss_finding' | 'restore_finding', id: string, code: FindingCode): Promise<boolean> {
    try {
      this.#take(id, await call(command, { id, code }));
      return true;
    } catch (thrown) {
      toasts.show({ text: explain(thrown), icon: 'circle-alert', tone: 'danger' });
      return false;
    }
  }

  #take(id: string, view: FindingsView): void {
    if (id !== this.id) return;
    this.view = view;
    this.error = null;
  }
}

export const findings = new Findings();
