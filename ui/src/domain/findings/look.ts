/** How a finding looks and what its evidence says. Pure over `now`. */
import type { EvidenceView, FindingView, Severity } from '../../shared/bridge/types.gen';
import { number } from '../../shared/format/text';
import { countdown, moment } from '../../shared/format/time';
import type { IconName } from '../../shared/icons/registry';
import { t } from '../../shared/messages/t';
import type { Tone } from '../../shared/ui/tone';

export const GRADES: Record<Severity, { icon: IconName; tone: Tone }> = {
  serious: { icon: 'circle-alert', tone: 'danger' },
  warning: { icon: 'triangle', tone: 'warn' },
  notice: { icon: 'info', tone: 'info' },
};

/** The colour of a count of findings: that of the gravest, which comes first. */
export function badgeTone(open: readonly FindingView[]): Tone {
  const gravest = open[0]?.severity;
  return gravest === undefined || gravest === 'notice' ? 'neutral' : GRADES[gravest].tone;
}

export interface EvidenceLine {
  name: string;
  /** Words of ours. */
  text: string | null;
  /** Words of others, shown as they are and isolated. */
  foreign: readonly string[];
}

export function evidenceLine({ name, value }: EvidenceView, now: number): EvidenceLine {
  const line = { name: t.findings.evidence(name), text: null, foreign: [] };
  switch (value.kind) {
    case 'duration':
      return { ...line, text: name === 'off_by' ? difference(value.ms) : countdown(value.ms) };
    case 'at':
      return { ...line, text: moment(value.at, now) };
    case 'count':
      return { ...line, text: number(value.count) };
    case 'texts':
      return { ...line, foreign: value.texts };
    case 'never':
      return { ...line, text: t.findings.never };
  }
}

function difference(ms: number): string {
  const time = countdown(Math.abs(ms));
  return ms > 0 ? t.findings.ahead(time) : t.findings.behind(time);
}

/** `RFC 9700 §2.3, OWASP ASVS 5.0 10.4.5` */
export function sourceText({ sources }: FindingView): string {
  return sources
    .map(({ document, section }) => (document.startsWith('RFC') ? `${document} §${section}` : `${document}, ${section}`))
    .join('; ');
}
