/** What is not on the first screen, each in a file of its own that is fetched when it is needed. */
export const screens = {
  timeline: () => import('../timeline/Timeline.svelte'),
  audit: () => import('../audit/Audit.svelte'),
  settings: () => import('../settings/Settings.svelte'),
  detail: () => import('../detail/Detail.svelte'),
  signIn: () => import('../signin/SignIn.svelte'),
  import: () => import('../import/Import.svelte'),
  revoke: () => import('../revoke/Revoke.svelte'),
  forget: () => import('../sessions/ForgetDialog.svelte'),
  rename: () => import('../sessions/RenameDialog.svelte'),
  label: () => import('../sessions/LabelDialog.svelte'),
  palette: () => import('../palette/Palette.svelte'),
  help: () => import('../palette/Shortcuts.svelte'),
  menu: () => import('../../shared/ui/Menu.svelte'),
};

const AFTER_START_MS = 1_200;

/** Fetches everything once the first screen has settled, so that nothing waits for it later. */
export function fetchAhead(): () => void {
  const timer = setTimeout(() => {
    for (const screen of Object.values(screens)) void screen().catch(() => undefined);
  }, AFTER_START_MS);
  return () => clearTimeout(timer);
}
