/**
 * Screens on which the vault could not be opened: which words, which icon, which ways on. A way on
 * never makes a new key over an old vault; only `key_gone` offers a new vault beside the old one.
 */
import type { ErrorCode, Gate, VaultView } from '../../shared/bridge/types.gen';
import type { IconName } from '../../shared/icons/registry';
import { type VaultCode } from '../../shared/messages/en/gate';
import { t } from '../../shared/messages/t';

/** Gates with a screen of their own shape. */
export type SpecialGate = 'open' | 'opening' | 'first_run' | 'first_run_keys_found' | 'waiting_for_keyring' | 'locked';
export type StuckGate = Exclude<Gate, SpecialGate>;

export interface Stuck {
  title: string;
  text: string;
  icon: IconName;
  tone: 'neutral' | 'warn' | 'danger';
  /** The word on the one filled button; it asks the engine to try again. */
  again: string;
  /** Whether the folder of the vault helps here. */
  showFolder: boolean;
  /** Whether a new vault beside the old one is offered. */
  startNew: boolean;
  /** One line under the text: what to do first. */
  help?: string;
}

const special: readonly Gate[] = [
  'open',
  'opening',
  'first_run',
  'first_run_keys_found',
  'waiting_for_keyring',
  'locked',
] satisfies SpecialGate[];

export function isStuck(gate: Gate): gate is StuckGate {
  return !special.includes(gate);
}

const looks: Record<StuckGate, Pick<Stuck, 'icon' | 'tone' | 'showFolder'>> = {
  keyring_locked: { icon: 'lock', tone: 'neutral', showFolder: false },
  keyring_denied: { icon: 'ban', tone: 'warn', showFolder: false },
  keyring_silent: { icon: 'hourglass', tone: 'warn', showFolder: false },
  keyring_missing: { icon: 'shield-question', tone: 'warn', showFolder: false },
  key_gone: { icon: 'key', tone: 'danger', showFolder: true },
  wrong_key: { icon: 'key', tone: 'danger', showFolder: true },
  vault_trouble: { icon: 'triangle', tone: 'danger', showFolder: true },
  in_use: { icon: 'info', tone: 'neutral', showFolder: false },
};

const isVaultCode = (code: ErrorCode): code is VaultCode => code in t.gate.trouble;

function words(gate: StuckGate, vault: VaultView): { title: string; text: string } {
  if (gate === 'in_use') return t.gate.inUse;
  if (gate !== 'vault_trouble') return t.gate.keyring[gate];
  const code = vault.error?.code;
  return code && isVaultCode(code) ? t.gate.trouble[code] : t.gate.unknownTrouble;
}

/** The screen for a vault that did not open. */
export function stuck(gate: StuckGate, vault: VaultView): Stuck {
  const screen: Stuck = {
    ...words(gate, vault),
    ...looks[gate],
    again: gate === 'keyring_locked' ? t.gate.unlockKeyring : t.gate.again,
    startNew: gate === 'key_gone',
  };
  return gate === 'keyring_missing' ? { ...screen, help: t.gate.missingHelp } : screen;
}
