import { describe, expect, it } from 'vitest';
import { ROLES, type Role } from './authority.js';
import { HANDOVER_STATES, handoverActs, isDue, isOpen, mayBeginHandover, seesHandover, type HandoverState } from './handover.js';
import type { Relation } from './units.js';

const RELATIONS: readonly Relation[] = ['own', 'parent', 'above', 'below', 'none'];
const handover = (state: HandoverState) => ({ toId: 'successor', fromId: 'predecessor', state });
const party = (accountId: string, role: Role, relation: Relation) => ({ accountId, role, relation });

describe('a hand-over', () => {
  it('is open until it is completed or refused', () => {
    expect(HANDOVER_STATES.filter(isOpen)).toEqual(['begun', 'consented', 'approved']);
  });

  it('is started by the head of the unit or of its parent', () => {
    const beginners = ROLES.flatMap((role) => RELATIONS.filter((relation) => mayBeginHandover(role, relation)).map((at) => [role, at]));
    expect(beginners).toEqual([
      ['head', 'own'],
      ['head', 'parent'],
    ]);
  });

  it('takes effect on its day, and at once if that day has passed', () => {
    expect(['2026-01-31', '2026-02-01', '2026-02-02'].map((day) => isDue(day, '2026-02-01'))).toEqual([true, true, false]);
  });
});

describe('what a party may do with a hand-over', () => {
  const acts = (who: Parameters<typeof handoverActs>[0]) => HANDOVER_STATES.map((state) => handoverActs(who, handover(state)));

  it('lets the successor consent to it, and refuse it while it is open', () => {
    expect(acts(party('successor', 'contact', 'own'))).toEqual([['consent', 'refuse'], ['refuse'], ['refuse'], [], []]);
  });

  it('lets the head of the parent approve it after the successor’s consent', () => {
    expect(acts(party('above', 'head', 'parent'))).toEqual([['refuse'], ['approve', 'refuse'], ['refuse'], [], []]);
  });

  it('does not let the successor approve it', () => {
    expect(acts(party('successor', 'head', 'parent'))).toEqual([['consent', 'refuse'], ['refuse'], ['refuse'], [], []]);
  });

  it('lets only the predecessor and the head of the unit refuse it', () => {
    expect(acts(party('predecessor', 'contact', 'own'))[0]).toEqual(['refuse']);
    expect(acts(party('head', 'head', 'own'))[1]).toEqual(['refuse']);
    expect(acts(party('other', 'contact', 'own')).flat()).toEqual([]);
    expect(acts(party('other', 'head', 'above')).flat()).toEqual([]);
  });

  it('shows it to its parties and to those who may start one', () => {
    const sees = (who: Parameters<typeof seesHandover>[0], fromId: string | null = 'predecessor') =>
      seesHandover(who, { toId: 'successor', fromId });
    expect(sees(party('successor', 'operator', 'own'))).toBe(true);
    expect(sees(party('predecessor', 'operator', 'own'))).toBe(true);
    expect(sees(party('predecessor', 'operator', 'own'), null)).toBe(false);
    expect(sees(party('other', 'head', 'parent'))).toBe(true);
    expect(sees(party('other', 'contact', 'own'))).toBe(false);
  });
});
