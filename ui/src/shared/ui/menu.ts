import type { IconName } from '../icons/registry';

/** One line of a menu; `rule` draws a line between groups. */
export type MenuEntry =
  | {
      label: string;
      icon?: IconName;
      danger?: boolean;
      /** The key that does the same. */
      keys?: string;
      disabled?: boolean;
      run: () => void;
    }
  | 'rule';
