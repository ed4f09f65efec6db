/** What lies on the desk: the section, and the one dialog that may be open over it. */
import type { RevokeScope, Row } from '../shared/bridge/types.gen';

export type Section = 'sessions' | 'timeline' | 'audit' | 'settings';

export type OpenDialog =
  | { kind: 'sign_in'; issuer?: string; session?: Row }
  | { kind: 'take_over'; session: Row }
  | { kind: 'import'; from: 'clipboard' | 'file' }
  | { kind: 'revoke'; scope: RevokeScope }
  | { kind: 'forget'; session: Row }
  | { kind: 'rename'; session: Row }
  | { kind: 'label'; sessions: readonly Row[] }
  | { kind: 'palette' }
  | { kind: 'help' };

class Desk {
  section = $state<Section>('sessions');
  dialog = $state.raw<OpenDialog | null>(null);

  /** What a section is to open once it is shown; it takes the wish back. */
  asked = $state<'export' | null>(null);

  /** Shows the section that can do it, and has it done. */
  ask(what: 'export'): void {
    this.section = 'audit';
    this.asked = what;
  }

  show(section: Section): void {
    this.section = section;
  }

  open(dialog: OpenDialog): void {
    this.dialog = dialog;
  }

  closeDialog(): void {
    this.dialog = null;
  }

  /** Nothing of what was shown stays behind a lock. */
  clear(): void {
    this.section = 'sessions';
    this.dialog = null;
    this.asked = null;
  }
}

export const desk = new Desk();
