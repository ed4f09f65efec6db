/** What is told of a sign-in that goes on without its dialog. */
import { desk } from '../../domain/desk.svelte';
import { flow } from '../../domain/signin/flow.svelte';
import { cut } from '../../shared/format/text';
import { explain } from '../../shared/messages/explain';
import { t } from '../../shared/messages/t';
import { toasts } from '../../shared/stores/toasts.svelte';
import { showSession } from './show';

const reopen = { label: t.signin.show, run: () => desk.open({ kind: 'sign_in' }) };

function ended(): void {
  const { view, error, host } = flow;
  if (flow.state === 'done') {
    const id = view?.session;
    toasts.show({
      icon: 'check',
      tone: 'ok',
      text: t.signin.done(cut(view?.sessionName ?? host, 80)),
      ...(id ? { action: { label: t.signin.showIt, run: () => showSession(id) } } : {}),
    });
  } else if (flow.state === 'failed' && error?.code !== 'sign_in_cancelled') {
    toasts.show({ icon: 'triangle', tone: 'danger', text: t.signin.toastFailed(cut(host, 80), explain(error)) });
  }
  flow.clear();
}

/** Says that the running sign-in goes on, and, when it ended, how. */
export function tellLater(): void {
  flow.onended = ended;
  toasts.show({ icon: 'log-in', text: t.signin.goesOn(cut(flow.host, 80)), action: reopen });
}
