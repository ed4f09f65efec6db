import type { ErrorCode, Gate } from '../../bridge/types.gen';

/** One full-window screen: what happened, who said so, what still works. */
interface Screen {
  title: string;
  text: string;
}

/** Codes that `vault_trouble` can carry; a new one must get its words here. */
export type VaultCode = Extract<ErrorCode, `vault_${string}`>;

const keyring: Record<
  Extract<Gate, `keyring_${string}` | 'waiting_for_keyring' | 'key_gone' | 'wrong_key'>,
  Screen
> = {
  waiting_for_keyring: {
    title: 'Waiting for the keyring',
    text: 'Your desktop’s keyring is asking for its password. Its window may be behind this one.',
  },
  keyring_locked: {
    title: 'The keyring is locked',
    text: 'Your vault is unharmed. The key to it is in the keyring of your desktop, which wants to be unlocked first.',
  },
  keyring_denied: {
    title: 'The keyring said no',
    text: 'The keyring of your desktop did not let Keyfob read its key. Your vault is unharmed.',
  },
  keyring_silent: {
    title: 'The keyring does not answer',
    text: 'Keyfob asked for its key and got no answer. Your vault is unharmed.',
  },
  keyring_missing: {
    title: 'There is no keyring',
    text: 'This desktop runs no keyring, such as GNOME Keyring or KWallet. Without one the key has no safe place, so Keyfob waits. An existing vault is unharmed.',
  },
  key_gone: {
    title: 'The key is gone',
    text: 'The keyring answers, but it holds no key for this vault. Without that key nobody can open it, Keyfob included. The vault file is unharmed and stays where it is.',
  },
  wrong_key: {
    title: 'This key does not fit',
    text: 'The keyring gave a key that does not open this vault. The vault file may come from another computer or profile. Neither was changed.',
  },
};

const trouble: Record<VaultCode, Screen> = {
  vault_locked: { title: 'Keyfob is locked', text: 'Unlock it to go on.' },
  vault_not_open: { title: 'The vault is not open', text: 'Something closed it before it was ready. Nothing was lost.' },
  vault_exists: {
    title: 'There is a vault already',
    text: 'Keyfob was about to make a new vault and found one in its place. It was left as it is.',
  },
  vault_newer: {
    title: 'This vault is from a newer Keyfob',
    text: 'It was left untouched. Update Keyfob to open it.',
  },
  vault_damaged: {
    title: 'The vault file is damaged',
    text: 'What is left of it could not be opened. The file was left as it is, so that nothing more is lost: put a backup in its place and try again.',
  },
  vault_not_ours: {
    title: 'That is not a vault',
    text: 'The file in the vault’s place is no vault of Keyfob. It was left untouched.',
  },
  vault_no_permission: {
    title: 'Keyfob may not use its folder',
    text: 'The system refused to let Keyfob read or write there. Nothing was lost.',
  },
  vault_disk_full: {
    title: 'The disk is full',
    text: 'A refreshed token that cannot be saved would be lost, so Keyfob does not start. Nothing was lost; free some space and try again.',
  },
  vault_busy: {
    title: 'The vault is busy',
    text: 'Another Keyfob process is writing to it and did not finish in time. Nothing was lost.',
  },
  vault_in_use: {
    title: 'Keyfob is already running',
    text: 'Another window has this vault open. Two at once could use up each other’s tokens.',
  },
  vault_older_copy: {
    title: 'This is an older copy of the vault',
    text: 'It was put back, or changed from outside. Its sessions are shown and not refreshed until you decide how to go on.',
  },
  vault_read_only: {
    title: 'The vault cannot be written to',
    text: 'The file or its disk is read-only. A refreshed token could not be saved, so Keyfob does not refresh. Nothing was lost.',
  },
  vault_io: {
    title: 'The vault file could not be read',
    text: 'The disk reported an error. Nothing was changed.',
  },
};

export const gate = {
  keyring,
  trouble,
  unknownTrouble: {
    title: 'The vault did not open',
    text: 'Nothing was changed in it.',
  } satisfies Screen,
  opening: 'Opening the vault',
  inUse: trouble.vault_in_use,

  firstRun: {
    title: 'Where the key will live',
    lead: 'Keyfob keeps tokens in an encrypted file on this computer. Its key stays outside of that file:',
    keyringName: 'In the keyring of your desktop',
    keyringText:
      'Opens with your login and is as safe as your login password. A program that runs as you could ask for the key too.',
    makes: [
      'A random 256-bit key, stored in the keyring and read back',
      'Then the vault file, sealed with AES-256-GCM, readable by you alone',
      'A log of everything that happens, signed on this computer',
    ],
    folder: 'Folder',
    create: 'Create the vault',
    step: 'Step 1 of 2',
    steps: 'Steps',
    stepNames: ['Protect the vault', 'First session'],
    promise: 'Everything stays on this computer. No account, no telemetry.',
  },
  keysFound: {
    title: 'Is a vault missing?',
    text: 'The keyring holds keys of Keyfob, but there is no vault in its folder. It may be on a disk that is not mounted, or belong to another profile.',
    found: 'If it is on another disk, mount that and look again. A new vault leaves the old keys as they are.',
    again: 'Look again',
    create: 'Create a new vault',
  },
  waiting: {
    since: (span: string) => `asked ${span} ago`,
    again: 'Ask again',
    stop: 'Stop waiting',
  },
  unlockKeyring: 'Unlock the keyring',
  missingHelp: 'Start or install a keyring, then try again.',
  again: 'Try again',
  showFolder: 'Show the folder',
  quit: 'Quit',

  startNew: {
    open: 'Start a new vault',
    title: 'Start a new vault beside the old one?',
    lead: 'The old file stays untouched in the same folder. If its key comes back, it can be opened again.',
    points: [
      'The new vault is empty. Sessions of the old one are not in it.',
      'Those sessions live on at their providers. To end them, sign in there.',
      'The old file and the old keys are neither changed nor deleted.',
    ],
    confirm: 'Start a new vault',
    back: 'Not now',
  },

  locked: {
    title: 'Keyfob is locked',
    since: (at: string) => `Locked at ${at}.`,
    goesOn: 'Refresh and pending revocations go on meanwhile.',
    hides:
      'Lock hides your sessions; it does not protect them. This vault opens with your login, so unlocking asks for no password.',
    protects: 'The keys of this vault protect what is in it.',
    unlock: 'Unlock',
  },

  folderLabel: 'Folder',
} as const;
