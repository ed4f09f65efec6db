/** The keys of the lanes. */
import type { TimelineItem } from '../../shared/bridge/types.gen';
import { dispatch, type Keymap } from '../../shared/keys/chord';

export interface LaneCursor {
  line: number;
  pageSize: number;
  item: TimelineItem | undefined;
  moveTo: (line: number) => void;
  toggle: (issuer: string) => void;
  open: (id: string) => void;
  /** Hides the card; `false` when there was none. */
  hideCard: () => boolean;
}

export function laneKeys(event: KeyboardEvent, cursor: LaneCursor): void {
  const { line, item, pageSize } = cursor;
  if (event.key === 'Escape') {
    // The first Escape hides the card, the next is the frame's.
    if (cursor.hideCard()) event.stopPropagation();
    return;
  }
  const group = item?.type === 'group' ? item.group : null;
  const enter = () => {
    if (item?.type === 'lane') cursor.open(item.lane.row.id);
    else if (group) cursor.toggle(group.issuer);
  };
  const keys: Keymap = {
    ArrowDown: () => cursor.moveTo(line + 1),
    ArrowUp: () => cursor.moveTo(line - 1),
    PageDown: () => cursor.moveTo(line + pageSize),
    PageUp: () => cursor.moveTo(line - pageSize),
    Home: () => cursor.moveTo(0),
    End: () => cursor.moveTo(Number.MAX_SAFE_INTEGER),
    ArrowRight: () => {
      if (group?.collapsed) cursor.toggle(group.issuer);
    },
    ArrowLeft: () => {
      if (group && !group.collapsed) cursor.toggle(group.issuer);
    },
    Enter: enter,
    Space: enter,
  };
  dispatch(keys, event);
}
