/** How the result of an event looks and reads in its cell. */
import type { AuditRow } from '../../shared/bridge/types.gen';
import { cut, number } from '../../shared/format/text';
import { absolute } from '../../shared/format/time';
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

const fact = (row: AuditRow, name: string) => row.facts.find((item) => item.name === name)?.value;

/** What an event is about: a session, a provider, or the thing that its kind names. */
export function aboutWords(row: AuditRow): string {
  const named = row.label ?? row.host ?? row.account;
  if (named !== null) return cut(named, 120);
  const setting = fact(row, 'setting');
  if (setting !== undefined) return t.audit.about.setting(cut(setting, 60));
  const last = fact(row, 'last_seq');
  if (last !== undefined) return t.audit.about.upTo(numeral(last));
  const count = fact(row, 'count');
  return count === undefined ? '' : t.audit.about.count(numeral(count));
}

const numeral = (text: string) => (/^\d{1,15}$/u.test(text) ? number(Number(text)) : cut(text, 40));

/** A fact as people read it: moments in their own zone, known codes without underscores. */
export function factWords(value: string): string {
  if (/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/u.test(value)) return absolute(Date.parse(value));
  return /^[a-z]+(_[a-z]+)*$/u.test(value) ? t.audit.code(cut(value, 60)) : cut(value, 300);
}
