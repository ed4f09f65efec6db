/** What is known after a revocation, in a sentence. "Dead" is said of nothing that was not proved. */
import type { RevokeStatus, Row } from '../../shared/bridge/types.gen';
import { moment } from '../../shared/format/time';
import { t } from '../../shared/messages/t';

/** Until when services that check offline may go on accepting the access token; `null`: none will. */
export function acceptedUntil(status: RevokeStatus, now: number): number | null {
  const until = 'offlineUntil' in status ? status.offlineUntil : null;
  return typeof until === 'number' && until > now ? until : null;
}

/** The sentence for a verdict; `null` while there is none. */
export function verdict(row: Row, now: number): string | null {
  const status = row.revoke;
  if (!status) return null;
  const until = acceptedUntil(status, now);
  switch (status.step) {
    case 'confirmed_dead':
      return until === null
        ? t.sessions.revokedConfirmed(row.host)
        : t.sessions.revokedConfirmedOffline(row.host, moment(until, now));
    case 'accepted':
      return until === null
        ? t.sessions.revokedAccepted(row.host)
        : t.sessions.revokedOffline(row.host, moment(until, now));
    case 'valid_until':
      return status.until === null
        ? t.sessions.revokedValidUnknown(row.host)
        : t.sessions.revokedValid(row.host, moment(status.until, now));
    default:
      return null;
  }
}
