/** The line under the name in the detail pane: what is left, and what comes then. */
import type { Detail, PolicyEndView, Row } from '../../shared/bridge/types.gen';
import { clock, countdown, moment } from '../../shared/format/time';
import { t } from '../../shared/messages/t';
import { endCell } from './cell';
import { acceptedUntil } from './verdict';

export interface Headline {
  /** A countdown, shown strong. */
  time: string | null;
  text: string;
}

/** Where the session stands after a revocation, in a sentence of its own; `null` when none runs. */
export function revocation(row: Row, now: number): string | null {
  const d = t.detail;
  const status = row.revoke;
  const until = status ? acceptedUntil(status, now) : null;
  switch (status?.step) {
    case 'held':
      return d.held(t.sessions.seconds(Math.max(0, Math.ceil((status.sendsAt - now) / 1_000))));
    case 'waiting_for_network':
      return d.waitingForNetwork;
    case 'sent':
      return d.sent;
    case 'confirmed_dead':
      return until === null
        ? d.confirmed(moment(status.at, now))
        : d.confirmedOffline(moment(status.at, now), moment(until, now));
    case 'accepted':
      return until === null
        ? d.accepted(moment(status.at, now))
        : d.acceptedOffline(moment(status.at, now), moment(until, now));
    case 'valid_until':
      return status.until === null ? d.validUnknown : d.validUntil(moment(status.until, now));
    default:
      return null;
  }
}

/** `policy`: the end that the user's own policy sets, where it is the one that counts down. */
export function headline(row: Row, now: number, policy: PolicyEndView | null = null): Headline {
  const cell = endCell(row, now);
  if (cell.kind === 'words') return { time: null, text: cell.text };
  if (cell.kind === 'held') return { time: null, text: `${t.sessions.revokedIn} ${t.sessions.seconds(cell.seconds)}` };
  const at = row.end.at ?? now;
  const text = cell.renews
    ? row.end.refreshAt === null
      ? t.detail.renewsSoon
      : t.detail.renews(clock(row.end.refreshAt))
    : policy !== null && Math.abs(policy.at - at) < 1_000
      ? t.detail.policyEnds(moment(at, now), policy.action)
      : t.detail.signInEnds(moment(at, now));
  return { time: countdown(at - now), text: `${t.detail.left}, ${text}` };
}

/** Why the session is in a state that needs the user, in a sentence; `null` where nothing is to say. */
export function reason(view: Detail): string | null {
  if (view.reason === null) return null;
  return t.detail.reasons[view.reason] ?? t.detail.reasonUnknown;
}

/** What a revocation would end, in bold words and the rest. */
export function blast(view: Detail, now: number): { bold: string; rest: string } | null {
  const group = view.revoke;
  if (!group) return null;
  const d = t.detail;
  if (group.unsupported) return { bold: d.unsupported, rest: '' };
  const count = Math.max(1, group.ids.length);
  const bold = {
    token: d.endsToken(view.tokens.filter((token) => token.kind !== 'id').length || count),
    client_session: d.endsClientSession(count),
    grant: d.endsGrant,
    all_sessions_of_user: d.endsEverything,
  }[group.reach];
  const rest = [
    d.staying(group.staying),
    group.offlineUntil !== null && group.offlineUntil > now ? d.offlineUntil(moment(group.offlineUntil, now)) : '',
    group.provable ? '' : d.notProvable,
  ];
  return { bold, rest: rest.filter(Boolean).join(' ') };
}
