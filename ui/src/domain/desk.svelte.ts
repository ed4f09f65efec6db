/** What lies on the desk: the section, and the one dialog that may be open over it. */
import type { RevokeScope, Row } from '../shared/bridge/types.gen';

export type Section = 'sessions' | 'audit' | 'settings';

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
  }
}

export const desk = new Desk();
