/** How each state looks: icon, colour, and whether it asks for attention. */
import type { State } from '../../shared/bridge/types.gen';
import type { IconName } from '../../shared/icons/registry';
import type { Tone } from '../../shared/ui/tone';

export interface Look {
  icon: IconName;
  /** Of the pill. */
  tone: Tone | 'theft';
  /** Of the bar, and of the icon where the pill is quiet. */
  bar: Tone;
  /** Filled only where something is asked of the user. */
  fill: 'quiet' | 'tinted';
  iconTone?: Tone;
}

const asks = (icon: IconName, tone: Tone | 'theft', bar: Tone): Look => ({ icon, tone, bar, fill: 'tinted' });
const calm = (icon: IconName, bar: Tone, iconTone?: Tone): Look => ({
  icon,
  tone: 'neutral',
  bar,
  fill: 'quiet',
  ...(iconTone ? { iconTone } : {}),
});

export const LOOKS: Record<State, Look> = {
  theft: asks('octagon', 'theft', 'danger'),
  revoking: calm('ban', 'neutral'),
  revoked: calm('ban', 'neutral'),
  relogin: asks('log-in', 'relogin', 'relogin'),
  watched: calm('eye', 'neutral'),
  refreshing: { icon: 'refresh', tone: 'info', bar: 'info', fill: 'quiet' },
  expired: asks('hourglass', 'danger', 'danger'),
  failed: asks('triangle', 'danger', 'danger'),
  offline: calm('wifi-off', 'neutral'),
  expiring: asks('clock', 'warn', 'warn'),
  active: calm('shield', 'ok', 'ok'),
};

/** The colour of a state's icon on its own, in the sidebar and the strip. */
export function iconTone(state: State): Tone {
  const { tone, iconTone: own, fill } = LOOKS[state];
  if (tone === 'theft') return 'danger';
  return own ?? (fill === 'quiet' && tone === 'neutral' ? 'neutral' : tone);
}

/** States that need the user, in the order of the sidebar. */
export const ATTENTION: readonly State[] = ['theft', 'relogin', 'expired', 'failed', 'expiring'];
