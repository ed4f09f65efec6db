import { describe, expect, it } from 'vitest';

import { inventedSessions } from '../src/dev/sessions';
import { announcements } from '../src/domain/sessions/announce';
import { endCell } from '../src/domain/sessions/cell';
import { familyOf } from '../src/domain/sessions/family';
import { blast, headline, reason, revocation } from '../src/domain/sessions/headline';
import { LOOKS } from '../src/domain/sessions/look';
import { lane, REACHES, ticks } from '../src/domain/sessions/strip';
import { tokenLook } from '../src/domain/sessions/token';
import { place as placeAt } from '../src/domain/timeline/scale';
import { verdict } from '../src/domain/sessions/verdict';
import { detailOf } from '../src/dev/detail';
import type { RevokeStatus, Row, State } from '../src/shared/bridge/types.gen';

const NOW = new Date(2026, 10, 25, 10, 0, 3).getTime();
const MIN = 60_000;

const some = inventedSessions().find((row) => row.name === 'kube-us-2') as Row;
const row = (change: Partial<Row>): Row => ({ ...some, ...change });
const ending = (kind: Row['end']['kind'], left: number | null, lifeMs: number | null = 30 * MIN) => ({
  kind,
  at: left === null ? null : NOW + left,
  lifeMs,
  refreshAt: null,
  byPolicy: false,
});
const revoking = (revoke: RevokeStatus) => row({ state: 'revoking', revoke });

describe('the cell "Ends"', () => {
  it('shows bar and time where life is left', () => {
    const cell = endCell(row({ end: ending('hard', 15 * MIN) }), NOW);
    expect(cell).toMatchObject({ kind: 'life', text: '15 min', share: 0.5, renews: false });
  });

  it('never calls a session that renews itself ending', () => {
    const cell = endCell(row({ end: { ...ending('renews', 4 * MIN), refreshAt: NOW + 2 * MIN } }), NOW);
    expect(cell).toMatchObject({ kind: 'life', renews: true, strong: false });
    expect(cell).toHaveProperty('title', 'Renews itself, next at 10:02');
  });

  it('has no bar where the whole life is not known', () => {
    expect(endCell(row({ end: ending('hard', 15 * MIN, null) }), NOW)).toMatchObject({ share: null });
  });

  it('says that no end is known', () => {
    expect(endCell(row({ end: ending('unknown', null) }), NOW)).toMatchObject({ text: 'no end known' });
  });

  it('turns to words at the hard end, before the engine has said so', () => {
    expect(endCell(row({ end: ending('hard', 0) }), NOW).kind).toBe('words');
    expect(endCell(row({ end: ending('hard', -125 * MIN) }), NOW)).toMatchObject({ text: 'ended 2 h ago' });
    expect(endCell(row({ end: ending('ended', -20 * MIN) }), NOW)).toMatchObject({ text: 'ended 09:40' });
  });

  it('says when a failed refresh is tried again', () => {
    expect(endCell(row({ state: 'failed', retryAt: NOW + 2 * MIN }), NOW)).toMatchObject({ after: 'retry 10:02', strong: true });
  });

  it('counts a held revocation down and up to the full second', () => {
    const held = (left: number) => endCell(revoking({ step: 'held', sendsAt: NOW + left, holdMs: 5_000 }), NOW);
    expect(held(5_000)).toEqual({ kind: 'held', seconds: 5 });
    expect(held(4_001)).toMatchObject({ seconds: 5 });
    expect(held(-1)).toEqual({ kind: 'held', seconds: 0 });
  });

  it.each<[RevokeStatus, string]>([
    [{ step: 'waiting_for_network' }, 'waiting for network'],
    [{ step: 'sent' }, 'sent, waiting'],
    [{ step: 'confirmed_dead', at: NOW - 58 * MIN, offlineUntil: null }, 'revoked 09:02'],
    [{ step: 'accepted', at: NOW, offlineUntil: null }, 'revoked 10:00'],
    [{ step: 'valid_until', at: NOW, until: null }, 'no end known'],
  ])('says where a revocation stands: %o', (status, text) => {
    expect(endCell(revoking(status), NOW)).toMatchObject({ kind: 'words', text });
  });

  it('says no time for possible theft: nothing of it is used any more', () => {
    expect(endCell(row({ state: 'theft' }), NOW)).toMatchObject({ text: 'stopped' });
  });
});

describe('verdicts', () => {
  it('speaks of dead only after proof', () => {
    const texts = (
      [
        { step: 'accepted', at: NOW, offlineUntil: null },
        { step: 'accepted', at: NOW, offlineUntil: NOW + 10 * MIN },
        { step: 'valid_until', at: NOW, until: NOW + 10 * MIN },
        { step: 'valid_until', at: NOW, until: null },
      ] satisfies RevokeStatus[]
    ).map((status) => verdict(revoking(status), NOW) ?? '');
    for (const text of texts) expect(text).not.toMatch(/it is dead\.$|checked: /u);
    expect(verdict(revoking({ step: 'confirmed_dead', at: NOW, offlineUntil: null }), NOW)).toBe('Revoked at sso.example.com and checked: it is dead.');
  });

  it('says beside the proof who may go on accepting the access token', () => {
    const status = { step: 'confirmed_dead', at: NOW, offlineUntil: NOW + 4 * MIN } as RevokeStatus;
    expect(verdict(revoking(status), NOW)).toMatch(/it is dead\. Services .* until 10:04\.$/u);
    expect(revocation(revoking(status), NOW)).toMatch(/until 10:04\.$/u);
  });

  it('says nothing before there is a verdict', () => {
    for (const step of ['waiting_for_network', 'sent'] as const) expect(verdict(revoking({ step }), NOW)).toBeNull();
    expect(revocation(revoking({ step: 'waiting_for_network' }), NOW)).toMatch(/^Not revoked yet/u);
  });
});

describe('the detail', () => {
  const view = detailOf(some);

  it('says what is left and what comes then', () => {
    expect(headline(row({ end: ending('hard', 38 * MIN) }), NOW)).toEqual({ time: '38 min', text: 'left, sign-in ends 10:38' });
    const policy = { at: NOW + 38 * MIN, limitMs: 60 * MIN, limit: 'unused', action: 'revoke', unsure: false } as const;
    expect(headline(row({ end: ending('hard', 38 * MIN) }), NOW, policy).text).toBe('left, revoked by your policy 10:38');
    expect(headline(row({ end: ending('hard', 30 * MIN) }), NOW, policy).text).toBe('left, sign-in ends 10:30');
  });

  it('says what a revocation would end, and who stays', () => {
    expect(blast(view, NOW)?.bold).toBe('Revoke ends 1 client session.');
    expect(blast(view, NOW)?.rest).toContain('3 other sessions there stay');
    const everything = { ...view, revoke: view.revoke && { ...view.revoke, reach: 'all_sessions_of_user' as const } };
    expect(blast(everything, NOW)?.bold).toContain('every session');
  });

  it('has a sentence for reasons it does not know', () => {
    expect(reason({ ...view, reason: 'something_new' })).toBe('The reason is not known.');
    expect(reason({ ...view, reason: null })).toBeNull();
  });

  it('shows of a token only kind, form, length and life', () => {
    const [access, refresh] = view.tokens;
    const words = [access, refresh].map((token) => token && tokenLook(token, some, NOW));
    expect(words[0]).toMatchObject({ form: 'JWT, RS256', over: false });
    expect(words[1]).toMatchObject({ form: 'single use' });
  });

  it('closes the gap between the generations it knows', () => {
    const family = familyOf(view, NOW);
    expect(family.map((line) => line.kind)).toContain('gap');
    expect(family.find((line) => line.kind === 'gap')?.title).toBe('24 older generations, each used once, by Keyfob');
    expect(family.at(-1)?.title).toBe('Generation 1');
  });
});

describe('the strip', () => {
  const REACH = REACHES.day;
  const place = (left: number) => placeAt(left, REACH);

  it.each(Object.entries(REACHES))('looks one %s ahead, with marks in order and one kept where room is short', (name, reach) => {
    const marks = ticks(name as keyof typeof REACHES);
    expect(marks.at(-1)?.at).toBe(1);
    expect(marks.map((mark) => mark.at)).toEqual(marks.map((mark) => mark.at).toSorted((a, b) => a - b));
    expect(marks.filter((mark) => !mark.minor)).toHaveLength(2);
    expect(placeAt(reach / 2, reach)).toBeGreaterThan(0.6);
  });

  it('gives the first minutes room and ends at 24 hours', () => {
    expect(place(0)).toBe(0);
    expect(place(REACH)).toBe(1);
    expect(place(10 * REACH)).toBe(1);
    expect(place(5 * MIN)).toBeGreaterThan(0.1);
    expect(place(10 * MIN)).toBeGreaterThan(place(5 * MIN));
  });

  it('draws the access token solid and the rest of the session dashed', () => {
    const next = { id: '1', name: 'billing-cli', state: 'expiring' as const, accessAt: NOW + 12 * MIN, endAt: NOW + 38 * MIN, refreshAt: NOW + 6 * MIN, byPolicy: false };
    const drawn = lane(next, NOW, REACH);
    expect(drawn.dashed).toEqual({ from: place(12 * MIN), to: place(38 * MIN), more: false });
    expect(drawn).toMatchObject({ hard: place(38 * MIN), refresh: place(6 * MIN), why: 'sign-in ends', until: NOW + 38 * MIN });
    expect(lane({ ...next, accessAt: next.endAt, refreshAt: null }, NOW, REACH)).toMatchObject({ dashed: null, why: 'no refresh' });
    expect(lane({ ...next, byPolicy: true }, NOW, REACH).why).toBe('by your policy');
    expect(lane({ ...next, endAt: null }, NOW, REACH)).toMatchObject({ hard: null, why: 'renews itself' });
  });
});

describe('announcements', () => {
  const ends = [{ id: '1', name: 'billing-cli', state: 'expiring' as const, accessAt: null, endAt: NOW, refreshAt: null, byPolicy: false }];
  it('speaks at ten minutes, at one and at the end, once each', () => {
    const said = [];
    for (let now = NOW - 12 * MIN; now <= NOW + MIN; now += 1_000) said.push(...announcements(ends, now - 1_000, now));
    expect(said).toEqual(['billing-cli ends in 10 min', 'billing-cli ends in 1:00', 'billing-cli has ended']);
  });
});

describe('the look of the states', () => {
  it('is solid for possible theft alone, and quiet for what asks for nothing', () => {
    const states = Object.keys(LOOKS) as State[];
    expect(states).toHaveLength(11);
    expect(states.filter((state) => LOOKS[state].tone === 'theft')).toEqual(['theft']);
    expect(states.filter((state) => LOOKS[state].fill === 'tinted').sort()).toEqual(['expired', 'expiring', 'failed', 'relogin', 'theft']);
  });
});
