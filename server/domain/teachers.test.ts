import { describe, expect, it } from 'vitest';
import { DEPARTURE_KINDS, hasLeft, summarise, TEACHER_STATUSES, TRANSFER_STATES } from './teachers.js';

describe('the states of a roster entry', () => {
  it('are the stored ones', () => {
    expect(TEACHER_STATUSES).toEqual(['pending', 'active', 'roaming']);
    expect(DEPARTURE_KINDS).toEqual(['resigned', 'transferred', 'retired', 'other']);
    expect(TRANSFER_STATES).toEqual(['proposed', 'accepted', 'refused', 'disputed']);
  });
});

describe('a departure', () => {
  it('takes effect on its day, and not before', () => {
    const left = (on: string) => hasLeft({ on }, '2026-02-01');
    expect([left('2026-01-31'), left('2026-02-01'), left('2026-02-02'), hasLeft(null, '2026-02-01')]).toEqual([true, true, false, false]);
  });
});

describe('the sums of a roster', () => {
  it('count pending entries and staff separately, and roaming teachers among the teachers', () => {
    expect(
      summarise([
        { status: 'pending', category: 'teacher', count: 1 },
        { status: 'pending', category: 'staff', count: 2 },
        { status: 'active', category: 'teacher', count: 10 },
        { status: 'active', category: 'staff', count: 20 },
        { status: 'roaming', category: 'teacher', count: 100 },
      ]),
    ).toEqual({ total: 133, applied: 130, pending: 3, teachers: 110, staff: 20, roaming: 100 });
  });

  it('are zero for an empty roster', () => {
    expect(summarise([])).toEqual({ total: 0, applied: 0, pending: 0, teachers: 0, staff: 0, roaming: 0 });
  });
});
