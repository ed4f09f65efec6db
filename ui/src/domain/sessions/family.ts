/** The family of refresh tokens, newest first, with gaps where generations are no longer listed. */
import type { Detail } from '../../shared/bridge/types.gen';
import { moment } from '../../shared/format/time';
import { number } from '../../shared/format/text';
import { t } from '../../shared/messages/t';

export interface FamilyLine {
  key: string;
  kind: 'generation' | 'gap';
  title: string;
  fingerprint: string | null;
  note: string;
  time: string;
}

export function familyOf(view: Detail, now: number): FamilyLine[] {
  const born = view.signedInAt ?? view.createdAt;
  return view.lineage.flatMap((one, index): FamilyLine[] => {
    const older = view.lineage[index + 1];
    const began = older?.replacedAt ?? (one.generation === 1 ? born : null);
    const line: FamilyLine = {
      key: number(one.generation),
      kind: 'generation',
      title: t.detail.generationTitle(one.generation),
      fingerprint: one.fingerprint,
      note: one.replacedAt === null ? t.detail.current : one.generation === 1 ? t.detail.firstSignIn : t.detail.usedOnce,
      time: began === null ? '' : moment(began, now),
    };
    const missing = one.generation - (older?.generation ?? 1) - 1 + (older ? 0 : 1);
    if (missing <= 0 || one.generation === 1) return [line];
    const gap: FamilyLine = {
      key: `before ${one.generation}`,
      kind: 'gap',
      title: t.detail.skipped(missing),
      fingerprint: null,
      note: '',
      time: '',
    };
    return [line, gap];
  });
}
