/** What needs the attention of the level above: units without a head, idle heads, old applications. */
import { readsSubtree } from '../../domain/authority.js';
import { daysBetween, taipeiDay } from '../../domain/dates.js';
import { DomainError } from '../../domain/errors.js';
import { IDLE_HEAD_DAYS, OLD_APPLICATION_DAYS } from '../../domain/handover.js';
import type { Attention } from '../../contract/wire.js';
import type { AccountRecord, UnitRecord } from '../../store/records.js';
import type { Store } from '../../store/store.js';
import type { Act } from '../core/act.js';
import type { Kit } from '../core/kit.js';

const SLICE = 200;

async function lookBelow(store: Store, unit: UnitRecord, now: Date): Promise<Attention> {
  const today = taipeiDay(now);
  const attention: Attention = { withoutHead: [], idleHeads: [], oldApplications: [] };
  const names = new Map([[unit.id, unit.name]]);
  for (let page = 1; ; page++) {
    const { items } = await store.units({ within: unit.path, parentId: unit.id }, { page, pageSize: SLICE });
    const heads = await store.headsOf(items.map(({ id }) => id));
    for (const { id, name } of items) {
      names.set(id, name);
      const head = heads.get(id);
      if (!head) attention.withoutHead.push({ id, name });
      else {
        const { lastSignInAt } = head;
        // A head who never came is idle since the account was enabled.
        const days = daysBetween(taipeiDay(lastSignInAt ?? head.activatedAt ?? head.appliedAt), today);
        if (days > IDLE_HEAD_DAYS)
          attention.idleHeads.push({ unit: { id, name }, head: { id: head.id, name: head.name }, lastSignInAt, days });
      }
    }
    if (items.length < SLICE) break;
  }
  for (const scope of ['own', 'children'] as const) {
    const filter = { unitId: unit.id, scope, status: 'pending' as const };
    const { items } = await store.accounts(filter, { by: 'appliedAt', descending: false }, { page: 1, pageSize: SLICE });
    for (const { id, name, unitId, appliedAt } of items) {
      const days = daysBetween(taipeiDay(appliedAt), today);
      if (days > OLD_APPLICATION_DAYS)
        attention.oldApplications.push({ id, name, unit: { id: unitId, name: names.get(unitId) ?? '' }, appliedAt, days });
    }
  }
  return attention;
}

export async function readAttention(act: Act): Promise<Attention> {
  if (!act.may('account.manage') || !readsSubtree(act.caller.role)) throw new DomainError('forbidden');
  return lookBelow(act.store, act.caller.unit, act.now);
}

/** ISO week, `2026-W48`. */
function weekOf(now: Date): string {
  const day = new Date(`${taipeiDay(now)}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7));
  const week = Math.ceil(((day.getTime() - Date.UTC(day.getUTCFullYear(), 0, 1)) / 86_400_000 + 1) / 7);
  return `${day.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
}

const WEEK_SECONDS = 8 * 24 * 3600;

async function everyUnit(store: Store, visit: (unit: UnitRecord) => Promise<void>): Promise<void> {
  for (const root of await store.roots()) {
    await visit(root);
    for (let page = 1; ; page++) {
      const { items } = await store.units({ within: root.path }, { page, pageSize: SLICE });
      for (const unit of items) if (unit.id !== root.id) await visit(unit);
      if (items.length < SLICE) break;
    }
  }
}

/** Sends a weekly reminder to each head with open tasks. Only one of several instances sends it. Returns the number of letters. */
export async function remindHeads(kit: Kit): Promise<number> {
  const { store, outbox } = kit;
  if (!outbox.writes) return 0;
  const now = kit.now();
  const at = now.toISOString();
  const until = new Date(now.getTime() + WEEK_SECONDS * 1000).toISOString();
  if ((await store.countAttempt(`reminder:${weekOf(now)}`, at, until)).count > 1) return 0;
  let reminded = 0;
  await everyUnit(store, async (unit) => {
    const head: AccountRecord | undefined = (await store.headsOf([unit.id])).get(unit.id);
    if (!head?.email || !head.emailConfirmed) return;
    const attention = await lookBelow(store, unit, now);
    const transfers = await store.transfers({ unitId: unit.id, direction: 'out', state: 'proposed' }, { page: 1, pageSize: 1 });
    const counts = {
      withoutHead: attention.withoutHead.length,
      idleHeads: attention.idleHeads.length,
      oldApplications: attention.oldApplications.length,
      transfers: transfers.total,
    };
    if (Object.values(counts).every((count) => count === 0)) return;
    const letter = kit.letters.reminder(head.email, counts, unit.name);
    await store.record({ guards: [], trail: [], outbox: outbox.post([], [letter], at) });
    reminded++;
  });
  return reminded;
}
