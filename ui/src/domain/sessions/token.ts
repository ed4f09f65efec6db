/** How one token of a session looks: kind, form, life. Never any part of it. */
import type { Row, TokenView } from '../../shared/bridge/types.gen';
import { clock, clockSeconds, countdown, momentSeconds } from '../../shared/format/time';
import type { IconName } from '../../shared/icons/registry';
import { t } from '../../shared/messages/t';
import type { Tone } from '../../shared/ui/tone';

const ICONS: Record<TokenView['kind'], IconName> = { access: 'key', refresh: 'refresh', id: 'id-card' };
const DAY = 86_400_000;
/** Below this share, or this much time, a token's bar asks for a look. */
const LOW_SHARE = 0.1;

export interface TokenLook {
  icon: IconName;
  form: string;
  /** Ended, or no longer here. */
  over: boolean;
  left: string;
  share: number;
  tone: Tone;
  notch: number | null;
  notchTitle: string;
  until: string;
}

function form(token: TokenView): string {
  const parts = [token.kind === 'refresh' && token.format === 'opaque' ? null : token.format, token.alg];
  if (token.kind === 'refresh' && token.singleUse !== null) {
    parts.push(token.singleUse ? t.detail.singleUse : t.detail.manyUse);
  }
  return parts.filter(Boolean).join(', ') || token.format;
}

export function tokenLook(token: TokenView, row: Row, now: number): TokenLook {
  const { at, lifeMs } = token.life;
  // With the verdict of a revocation the tokens are wiped; what is left of their life is nobody's.
  const wiped = row.state === 'revoked';
  const ended = wiped || token.life.ended || (at !== null && at <= now);
  const left = at === null ? null : at - now;
  const share = ended || left === null || !lifeMs ? 0 : Math.min(1, Math.max(0, left / lifeMs));
  const refreshAt = token.kind === 'access' && !ended ? row.end.refreshAt : null;
  const notch =
    refreshAt !== null && at !== null && lifeMs && refreshAt > now && refreshAt < at ? (at - refreshAt) / lifeMs : null;
  return {
    icon: ICONS[token.kind],
    form: form(token),
    over: ended,
    left: wiped ? t.detail.wiped : ended ? t.detail.ended : left === null ? '' : countdown(left),
    share,
    tone: ended ? 'neutral' : share < LOW_SHARE && (left ?? DAY) < DAY && token.kind === 'refresh' ? 'warn' : 'ok',
    notch,
    notchTitle: refreshAt === null ? '' : t.detail.plannedRefresh(clock(refreshAt)),
    until: wiped ? '' : until(token, ended, now),
  };
}

function until(token: TokenView, ended: boolean, now: number): string {
  if (token.kind === 'id' && ended) return t.detail.keptForSignOut;
  const { at } = token.life;
  if (at === null) return t.detail.noEndKnown;
  const today = new Date(at).toDateString() === new Date(now).toDateString();
  const when = today ? clockSeconds(at) : momentSeconds(at, now).replace(/:\d\d$/u, '');
  return ended ? t.detail.endedAt(when) : t.detail.endsAt(when);
}
