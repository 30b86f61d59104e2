/** What is done on schedule: the trail's heads are sealed, what has had its time is forgotten, retention is kept. */
import { v7 as newId } from 'uuid';
import type { TrailDraft } from '../store/records.js';
import { WriteConflict } from '../store/store.js';
import type { Kit } from './kit.js';

const MINUTE_MS = 60_000;
const FORGET_EVERY = 10;
const PURGE_EVERY = 24 * 60;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Whole months are purged, so that a unit's trail gets one line of it a month. */
function monthBefore(now: Date, days: number): string {
  return `${new Date(now.getTime() - days * DAY_MS).toISOString().slice(0, 7)}-01T00:00:00.000Z`;
}

/** Takes from the trails what is older than retention keeps; each purge is an entry. Answers how many chains it shortened. */
export async function purgeTrails({ store, limits, now }: Kit): Promise<number> {
  const at = now().toISOString();
  let purged = 0;
  for (const [kind, days] of [
    ['details', limits.trailDetailDays],
    ['entries', limits.trailDays],
  ] as const) {
    for (const found of await store.purgeable(kind, monthBefore(now(), days))) {
      const { unitId, upTo } = found;
      const line: TrailDraft = {
        ...{ id: newId(), unitId, at, actor: null, action: 'purge', outcome: 'done', reason: null, before: null, after: { kind, upTo } },
        ...{ target: { type: 'unit', id: unitId, name: null }, from: null, requestId: null },
      };
      try {
        await store.purgeTrail({ ...found, at }, { guards: [], trail: [line] });
        purged++;
      } catch (error) {
        // Another instance was first.
        if (!(error instanceof WriteConflict)) throw error;
      }
    }
  }
  return purged;
}

/** Begins the schedule and answers how it is ended. What fails is done again the next time. */
export function keepHouse(kit: Kit, failed: (error: unknown) => void): () => void {
  let minute = 0;
  const tasks: [number, () => Promise<unknown>][] = [
    [1, () => kit.store.seal()],
    [
      FORGET_EVERY,
      () => {
        const now = kit.now();
        return kit.store.forgetExpired(now.toISOString(), new Date(now.getTime() - kit.limits.answerSeconds * 1000).toISOString());
      },
    ],
    [PURGE_EVERY, () => purgeTrails(kit)],
  ];
  const timer = setInterval(() => {
    minute++;
    for (const [every, task] of tasks) if (minute % every === 0) void task().catch(failed);
  }, MINUTE_MS);
  timer.unref();
  return () => clearInterval(timer);
}
