/** How the result of an event looks and reads in its cell. */
import type { AuditRow } from '../../shared/bridge/types.gen';
import { cut } from '../../shared/format/text';
import type { IconName } from '../../shared/icons/registry';
import { t } from '../../shared/messages/t';

const looks: Record<string, { icon: IconName; tone: string }> = {
  ok: { icon: 'check', tone: 'c-ok' },
  failed: { icon: 'triangle', tone: 'c-warn' },
  refused: { icon: 'circle-x', tone: 'c-danger' },
  pending: { icon: 'clock', tone: 'c-neutral' },
  cancelled: { icon: 'undo', tone: 'c-neutral' },
};

export function resultLook(row: AuditRow): { icon: IconName; tone: string } {
  return looks[row.result] ?? { icon: 'info', tone: 'c-neutral' };
}

/** What went wrong says more than that something did. */
export function resultWords(row: AuditRow): string {
  if (row.code !== null && row.result !== 'ok') return t.audit.code(cut(row.code, 60));
  return t.audit.result(row.result);
}
