import { describe, expect, it } from 'vitest';
import { factOf } from './facts.js';
import { TRAIL_ACTIONS, type TrailAction } from './trail.js';

const entry = (action: TrailAction) => ({
  id: 'e1',
  at: '2026-02-03T04:05:06.789Z',
  unitId: 'u1',
  action,
  outcome: 'done' as const,
  target: { type: 'teacher' as const, id: 't1', name: '王小明' },
  actor: { id: 'a1', unitId: 'u1', name: '李大同' },
  requestId: 'r1',
  after: { name: '王小明' },
});

describe('a fact for other systems', () => {
  it('contains the action, the target, the actor and the time, and nothing else', () => {
    expect(factOf(entry('teacher.register'))).toEqual({
      id: 'e1',
      type: 'teacher.registered',
      at: '2026-02-03T04:05:06.789Z',
      unitId: 'u1',
      target: { type: 'teacher', id: 't1' },
      actor: { id: 'a1', unitId: 'u1' },
      requestId: 'r1',
    });
  });

  it('has no actor for acts of the system', () => {
    expect(factOf({ ...entry('teacher.claim'), actor: null })?.actor).toBe(null);
  });

  it('is made once for a move, by the entry in the trail of the unit and not by those of its parents', () => {
    const move = { ...entry('unit.move'), target: { type: 'unit' as const, id: 'u1', name: '甲校' } };
    expect(factOf(move)?.type).toBe('unit.moved');
    expect(factOf({ ...move, unitId: 'u2' })).toBe(null);
  });

  it('is not made for a denied act', () => {
    expect(factOf({ ...entry('teacher.register'), outcome: 'denied' })).toBe(null);
  });

  it('is made for writes to accounts, rosters and units, and not for reads, sessions and upkeep', () => {
    const factAbout = (action: TrailAction) => factOf({ ...entry(action), unitId: 't1' });
    const told = TRAIL_ACTIONS.filter((action) => factAbout(action) !== null);
    expect(told.map((action) => factAbout(action)!.type)).toEqual([
      'account.applied',
      'account.activated',
      'account.role-switched',
      'account.updated',
      'account.rejected',
      'account.deleted',
      'account.restored',
      'account.linked',
      'handover.begun',
      'handover.consented',
      'handover.approved',
      'handover.refused',
      'teacher.registered',
      'teacher.updated',
      'teacher.identity-corrected',
      'teacher.departed',
      'teacher.returned',
      'teacher.claimed',
      'transfer.proposed',
      'transfer.accepted',
      'transfer.refused',
      'transfer.withdrawn',
      'transfer.disputed',
      'transfer.decided',
      'import.committed',
      'import.undone',
      'unit.opened',
      'unit.updated',
      'unit.moved',
    ]);
    expect(TRAIL_ACTIONS.filter((action) => !told.includes(action))).toEqual([
      'teacher.read',
      'teacher.look-up',
      'teacher.reveal',
      'teacher.export',
      'import.stage',
      'account.read',
      'unit.read',
      'audit.read',
      'integration.create',
      'integration.end',
      'session.create',
      'session.fail',
      'session.end',
      'password.change',
      'load',
      'purge',
      'keys.rotate',
      'restored',
    ]);
  });
});
