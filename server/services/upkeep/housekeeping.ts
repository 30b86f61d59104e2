/** Scheduled work: notes the chain heads outside the database, deletes expired records, enforces retention. */
import { v7 as newId } from 'uuid';
import { purgedProfile } from '../../domain/account-fields.js';
import { auditedAccount } from '../../domain/audited-records.js';
import { taipeiDay } from '../../domain/dates.js';
import type { AccountRecord, TrailDraft } from '../../store/records.js';
import { WriteConflict, type Change } from '../../store/store.js';
import { remindHeads } from '../units/attention.js';
import { takeHandoversOn } from '../accounts/handovers.js';
import { endLapsedTransfers } from '../registration/transfers.js';
import type { Kit } from '../core/kit.js';
import { lastChecksOf } from '../imports/last-checks.js';

const MINUTE_MS = 60_000;
const FORGET_EVERY = 10;
const LAPSED_FIRST = 2;
const PURGE_EVERY = 24 * 60;
const PURGE_FIRST = 5;
const HANDOVERS_FIRST = 1;
/** Checked every hour; one instance sends once a week. */
const REMIND_EVERY = 60;
const REMIND_FIRST = 10;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Purges whole months of UTC, so that each unit's audit trail gets one entry about it a month. */
function monthBefore(now: Date, days: number): string {
  return `${new Date(now.getTime() - days * DAY_MS).toISOString().slice(0, 7)}-01T00:00:00.000Z`;
}

/** Deletes audit entries and details that are older than the retention period, with an audit entry for each purge. Returns the number of chains. */
export async function purgeTrails({ store, limits, now }: Kit): Promise<number> {
  const at = now().toISOString();
  let purged = 0;
  for (const [kind, days] of [
    ['details', limits.trailDetailDays],
    ['entries', limits.trailDays],
  ] as const) {
    for (const found of await store.purgeable(kind, monthBefore(now(), days))) {
      const { unitId, upTo } = found;
      const auditEntry: TrailDraft = {
        id: newId(),
        unitId,
        at,
        actor: null,
        action: 'purge',
        outcome: 'done',
        reason: null,
        before: null,
        after: { kind, upTo },
        target: { type: 'unit', id: unitId, name: null },
        from: null,
        requestId: null,
      };
      try {
        await store.purgeTrail({ ...found, at }, { guards: [], trail: [auditEntry] });
        purged++;
      } catch (error) {
        // Another instance did it first.
        if (!(error instanceof WriteConflict)) throw error;
      }
    }
  }
  return purged;
}

const PURGE_SLICE = 50;

/** `left`: what the audit trail keeps of an account that was emptied. */
function purgeLine(
  { now }: Kit,
  unitId: string,
  target: { type: 'account' | 'teacher'; id: string },
  left: TrailDraft['after'],
): TrailDraft {
  return {
    id: newId(),
    unitId,
    at: now().toISOString(),
    actor: null,
    action: 'purge',
    outcome: 'done',
    reason: null,
    before: null,
    target: { ...target, name: null },
    after: { kind: 'person', ...left },
    from: null,
    requestId: null,
  };
}

/** An account without personal data. Its user name stays, so that nobody can take it. */
function emptied(account: AccountRecord): AccountRecord {
  return {
    ...account,
    ...purgedProfile(account),
    reason: null,
    passwordHash: null,
    passwordHistory: '[]',
    secondFactor: null,
    referenceHash: null,
    version: account.version + 1,
  };
}

/** Erases rejected and deleted accounts and departed entries after their retention period, with an audit entry for each. Returns their number. */
export async function purgePeople(kit: Kit): Promise<number> {
  const { store, limits, now } = kit;
  const daysAgo = (days: number): string => new Date(now().getTime() - days * DAY_MS).toISOString();
  const repeat = async <T extends { id: string; unitId: string }>(
    type: 'account' | 'teacher',
    find: () => Promise<T[]>,
    leftOf: (found: T) => TrailDraft['after'],
    purge: (found: T[], change: Change) => Promise<void>,
  ): Promise<number> => {
    for (let purged = 0; ;) {
      const found = await find();
      if (found.length === 0) return purged;
      try {
        await purge(found, { guards: [], trail: found.map((each) => purgeLine(kit, each.unitId, { type, id: each.id }, leftOf(each))) });
        purged += found.length;
      } catch (error) {
        // Another instance did it first, or one of the records was changed meanwhile: the next run tries again.
        if (error instanceof WriteConflict) return purged;
        throw error;
      }
    }
  };
  const before = taipeiDay(daysAgo(limits.departedDays));
  return (
    (await repeat(
      'account',
      () => store.oldAccounts(daysAgo(limits.accountDays), PURGE_SLICE),
      (account) => auditedAccount(emptied(account)),
      (found, change) => store.purgeAccounts(found.map(emptied), change),
    )) +
    (await repeat(
      'teacher',
      () => store.oldEntries(before, PURGE_SLICE),
      () => null,
      (found, change) => store.purgeEntries(found, change),
    ))
  );
}

/** Starts the schedule. Returns a function that stops it and waits for running tasks. */
export function keepHouse(kit: Kit, failed: (error: unknown) => void): () => Promise<void> {
  let minute = 0;
  const running = new Set<Promise<void>>();
  const forget = (): Promise<void> => {
    const now = kit.now();
    lastChecksOf(kit).forget(now.getTime());
    return kit.store.forgetExpired(now.toISOString(), new Date(now.getTime() - kit.limits.answerSeconds * 1000).toISOString());
  };
  const tasks: { due: (minute: number) => boolean; run: () => Promise<unknown> }[] = [
    { due: () => true, run: () => kit.store.syncHeads() },
    { due: (minute) => minute % FORGET_EVERY === 0, run: forget },
    { due: (minute) => minute % FORGET_EVERY === HANDOVERS_FIRST, run: () => takeHandoversOn(kit) },
    { due: (minute) => minute % FORGET_EVERY === LAPSED_FIRST, run: () => endLapsedTransfers(kit) },
    { due: (minute) => minute % REMIND_EVERY === REMIND_FIRST, run: () => remindHeads(kit) },
    // Runs soon after the start too, for servers that are restarted every night.
    { due: (minute) => minute % PURGE_EVERY === PURGE_FIRST, run: () => purgePeople(kit).then(() => purgeTrails(kit)) },
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
