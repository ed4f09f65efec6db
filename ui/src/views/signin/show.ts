import { desk } from '../../domain/desk.svelte';
import { selection } from '../../domain/sessions/selection.svelte';

/** Shows a session in the list, with its details open. */
export function showSession(id: string): void {
  desk.closeDialog();
  desk.show('sessions');
  selection.open(id);
}
