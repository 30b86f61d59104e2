/** What is done on schedule: the trail's heads are sealed, what has had its time is forgotten, retention is kept. */
import { v7 as newId } from 'uuid';
import type { TrailDraft } from '../store/records.js';
import { WriteConflict } from '../store/store.js';
import type { Kit } from './kit.js';

const MINUTE_MS = 60_000;
const FORGET_EVERY = 10;
const PURGE_EVERY = 24 * 60;
const PURGE_FIRST = 5;
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

/** Begins the schedule. The answer ends it, when what is under way has ended. */
export function keepHouse(kit: Kit, failed: (error: unknown) => void): () => Promise<void> {
  let minute = 0;
  const running = new Set<Promise<void>>();
  const forget = (): Promise<void> => {
    const now = kit.now();
    return kit.store.forgetExpired(now.toISOString(), new Date(now.getTime() - kit.limits.answerSeconds * 1000).toISOString());
  };
  const tasks: { due: (minute: number) => boolean; run: () => Promise<unknown> }[] = [
    { due: () => true, run: () => kit.store.seal() },
    { due: (at) => at % FORGET_EVERY === 0, run: forget },
    // Soon after the start too, for a server that is started anew each night.
    { due: (at) => at % PURGE_EVERY === PURGE_FIRST, run: () => purgeTrails(kit) },
  ];
  const timer = setInterval(() => {
    minute++;
    for (const { due, run } of tasks) {
      if (!due(minute)) continue;
      const task = run().then(() => undefined, failed);
      running.add(task);
      void task.then(() => running.delete(task));
    }
  }, MINUTE_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await Promise.all(running);
  };
}
