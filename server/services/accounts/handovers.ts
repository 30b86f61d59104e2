/** 移交總負責人: hand-over of the office of head, approved by the level above, or announced in advance where there is none. */
import { v7 as newId } from 'uuid';
import { daysBetween, taipeiDay, type IsoDay } from '../../domain/dates.js';
import { DomainError, fieldError } from '../../domain/errors.js';
import {
  handoverActs,
  isDue,
  mayBeginHandover,
  seesHandover,
  topmostDay,
  type HandoverAct,
  type HandoverState,
} from '../../domain/handover.js';
import type { Handover, HandoverList } from '../../contract/wire.js';
import type { AccountRecord, HandoverRecord, TrailDraft, UnitRecord } from '../../store/records.js';
import { WriteConflict, type Guard } from '../../store/store.js';
import type { Act, Fields } from '../core/act.js';
import { draftAuditEntry, denied } from '../core/audit.js';
import { changeOf, guardsOf } from '../core/change.js';
import type { Reply } from '../core/exchange.js';
import type { Kit } from '../core/kit.js';
import type { Letter } from '../core/outbox.js';
import { waitingIn } from '../sign-in/me.js';
import { byId } from '../core/by-id.js';
import { unitContextOf, type UnitContext } from '../core/unit-contexts.js';

const LISTED = 200;
/** A hand-over may be announced up to a year ahead. */
const MOST_DAYS_AHEAD = 366;

/** The reasons of a hand-over that was overtaken by other events. */
const OUTDATED = '人員已有變動，這次移交已失效';
const OUTDATED_ON_ITS_DAY = '生效日時人員已有變動，請重新辦理移交';

const targetOf = ({ id }: HandoverRecord, name: string) => ({ type: 'handover' as const, id, name });

function partyIn(act: Act, unit: UnitRecord) {
  const { account, role } = act.caller;
  return { accountId: account.id, role, relation: act.relationTo(unit) };
}

async function view(act: Act, record: HandoverRecord, unit: UnitRecord): Promise<Handover> {
  const [found] = await views(act, [{ record, unit }]);
  return found!;
}

async function views(act: Act, all: readonly { record: HandoverRecord; unit: UnitRecord }[]): Promise<Handover[]> {
  const accounts = byId(
    await act.store.accountsById(all.flatMap(({ record: { fromId, toId } }) => [toId, ...(fromId === null ? [] : [fromId])])),
  );
  const party = (id: string) => ({ id, name: accounts.get(id)?.name ?? '' });
  const waiting = new Map<string, Handover['waiting']>();
  for (const { unit } of all) {
    if (!waiting.has(unit.id)) waiting.set(unit.id, await waitingIn(act.store, unit.id, act.today));
  }
  return all.map(({ record, unit }) => {
    const { id, version, state, fromId, toId, effectiveOn, reason, begunAt, consentedAt, approvedAt } = record;
    return {
      id,
      version,
      state,
      unit: { id: unit.id, name: unit.name },
      from: fromId === null ? null : party(fromId),
      to: party(toId),
      on: effectiveOn,
      reason,
      begunAt,
      consentedAt,
      approvedAt,
      acts: handoverActs(partyIn(act, unit), record),
      waiting: waiting.get(unit.id)!,
    };
  });
}

export async function listHandovers(act: Act): Promise<HandoverList> {
  const { unit: own, account } = act.caller;
  const records = await act.store.handovers(own.id, account.id, LISTED);
  const units = byId(await act.store.unitsById([...new Set(records.map(({ unitId }) => unitId))]));
  const all = records.map((record) => ({ record, unit: units.get(record.unitId)! }));
  return {
    items: await views(
      act,
      all.filter(({ record, unit }) => seesHandover(partyIn(act, unit), record)),
    ),
  };
}

/** Letters to everybody whom a step of the hand-over concerns. */
function letters(act: Act, unitContext: UnitContext, to: readonly (AccountRecord | null)[], step: HandoverState): Letter[] {
  const addresses = new Set(
    to.filter((account) => account !== null && account.id !== act.caller.account.id).map((account) => account!.email),
  );
  return [...addresses].filter(Boolean).map((email) => act.kit.letters.handover(email, step, unitContext.unit.name));
}

/**
 * Refuses the open hand-over of a unit if it can never take effect: its successor or the head has changed since.
 * @throws DomainError `wrong-state` where it still can
 */
async function endOutdated(act: Act, { unit, head }: UnitContext): Promise<void> {
  const open = await act.store.openHandover(unit.id);
  if (!open) return;
  const to = await act.store.account(open.toId);
  if (changeOfOffice(act.at, null, open, head, to)) throw new DomainError('wrong-state');
  const after: HandoverRecord = { ...next(act, open, { state: 'refused', reason: OUTDATED }), updatedBy: null };
  const auditEntry = draftAuditEntry(act, 'handover.refuse', targetOf(open, to?.name ?? ''), { unitId: unit.id, reason: OUTDATED });
  await act.store.saveHandover(after, [], changeOf(act, guardsOf(act, unit), [auditEntry]));
}

export async function beginHandover(act: Act, fields: Fields<{ to: string; on?: string | undefined }>): Promise<Reply<Handover>> {
  const { role, unit: own } = act.caller;
  if (!mayBeginHandover(role, 'own')) throw await denied(act, 'handover.begin', { type: 'unit', id: own.id, name: own.name });
  await act.exchange.checkPreconditions();
  const { to: toId, on = act.today } = fields();
  const to = await act.store.account(toId);
  const unseen = { type: 'account' as const, id: toId, name: null };
  const unitContext = to && (await unitContextOf(act, to.unitId));
  if (!to || !unitContext || !mayBeginHandover(role, act.relationTo(unitContext.unit)))
    throw await denied(act, 'handover.begin', unseen, 'not-found');
  if (daysBetween(act.today, on) < 0 || daysBetween(act.today, on) > MOST_DAYS_AHEAD) throw fieldError('on', 'bad-date');
  if (to.status !== 'active' || to.role === 'head') throw new DomainError('wrong-state');
  const record: HandoverRecord = {
    id: act.newId(),
    unitId: unitContext.unit.id,
    fromId: unitContext.head?.id ?? null,
    toId,
    state: 'begun',
    effectiveOn: on,
    reason: null,
    begunAt: act.at,
    consentedAt: null,
    approvedAt: null,
    version: 1,
    updatedAt: act.at,
    updatedBy: act.by,
  };
  await endOutdated(act, unitContext);
  const reply: Reply<Handover> = { as: 'created', body: await view(act, record, unitContext.unit) };
  const auditEntry = draftAuditEntry(act, 'handover.begin', targetOf(record, to.name), {
    unitId: unitContext.unit.id,
    after: { to: to.name, toId, on },
  });
  const change = changeOf(act, guardsOf(act, unitContext.unit), [auditEntry], reply, {
    letters: letters(act, unitContext, [to, unitContext.parentHead], 'begun'),
  });
  await act.store.beginHandover(record, change);
  return reply;
}

async function actOn(
  act: Act,
  id: string,
  wanted: HandoverAct,
): Promise<{ record: HandoverRecord; unitContext: UnitContext; to: AccountRecord | null }> {
  const action = `handover.${wanted}` as const;
  const unseen = { type: 'handover' as const, id, name: null };
  const record = await act.store.handover(id);
  const unitContext = record && (await unitContextOf(act, record.unitId));
  if (!record || !unitContext || !seesHandover(partyIn(act, unitContext.unit), record))
    throw await denied(act, action, unseen, 'not-found');
  // Answers `wrong-state` to a party who may take this step in another state, and `forbidden` to others.
  const ever = (['begun', 'consented'] as const).some((state) =>
    handoverActs(partyIn(act, unitContext.unit), { ...record, state }).includes(wanted),
  );
  if (!ever) throw await denied(act, action, unseen);
  await act.exchange.checkPreconditions(record, () => view(act, record, unitContext.unit));
  return { record, unitContext, to: await act.store.account(record.toId) };
}

function mustBeTime(act: Act, record: HandoverRecord, unitContext: UnitContext, wanted: HandoverAct): void {
  if (!handoverActs(partyIn(act, unitContext.unit), record).includes(wanted)) throw new DomainError('wrong-state');
}

function next(act: Act, record: HandoverRecord, fields: Partial<HandoverRecord>): HandoverRecord {
  return { ...record, ...fields, version: record.version + 1, updatedAt: act.at, updatedBy: act.by };
}

export async function consentToHandover(act: Act, id: string): Promise<Reply<Handover>> {
  const { record, unitContext, to } = await actOn(act, id, 'consent');
  mustBeTime(act, record, unitContext, 'consent');
  const { unit, head, parentHead } = unitContext;
  const isTopmost = unit.parentId === null;
  const after = isTopmost
    ? next(act, record, {
        state: 'approved',
        consentedAt: act.at,
        approvedAt: act.at,
        effectiveOn: topmostDay(record.effectiveOn, act.today),
      })
    : next(act, record, { state: 'consented', consentedAt: act.at });
  const reply: Reply<Handover> = { as: 'ok', body: await view(act, after, unit) };
  const auditEntry = draftAuditEntry(act, 'handover.consent', targetOf(record, to?.name ?? ''), {
    unitId: unit.id,
    after: isTopmost ? { on: after.effectiveOn } : null,
  });
  const mailing = {
    letters: isTopmost
      ? announcement(act, unitContext, await officersOf(act, unit), after.effectiveOn)
      : letters(act, unitContext, [head, parentHead], 'consented'),
  };
  await act.store.saveHandover(after, [], changeOf(act, guardsOf(act, unit), [auditEntry], reply, mailing));
  return reply;
}

/** The active accounts of a unit. */
async function officersOf(act: Act, unit: UnitRecord): Promise<AccountRecord[]> {
  const filter = { unitId: unit.id, scope: 'own', status: 'active' } as const;
  const { items } = await act.store.accounts(filter, { by: 'name', descending: false }, { page: 1, pageSize: LISTED });
  return items;
}

/** Letters to the officers of the topmost unit, who may object while the hand-over waits. */
function announcement(act: Act, { unit }: UnitContext, officers: readonly AccountRecord[], on: IsoDay): Letter[] {
  const addresses = new Set(officers.filter(({ id }) => id !== act.caller.account.id).map(({ email }) => email));
  return [...addresses].filter(Boolean).map((email) => act.kit.letters.topmostHandover(email, unit.name, on));
}

/** The head becomes a contact and the successor head, if both accounts are still as they were when it was approved. */
function changeOfOffice(
  at: string,
  by: AccountRecord['updatedBy'],
  record: HandoverRecord,
  from: AccountRecord | null,
  to: AccountRecord | null,
) {
  // An account that was deleted and enabled again since then does not inherit the hand-over.
  const since = to?.activatedAt == null || record.consentedAt === null || to.activatedAt <= record.consentedAt;
  const fits =
    since && to?.status === 'active' && to.unitId === record.unitId && to.role !== 'head' && (from?.id ?? null) === record.fromId;
  if (!fits) return null;
  const saved = (account: AccountRecord, role: 'contact' | 'head'): AccountRecord => ({
    ...account,
    role,
    version: account.version + 1,
    updatedAt: at,
    updatedBy: by,
  });
  // The old head first, because a unit has at most one active head.
  const accounts = [...(from ? [saved(from, 'contact')] : []), saved(to, 'head')];
  const guard: Guard = { kind: 'head', unitId: record.unitId, accountId: record.fromId };
  return {
    accounts,
    guard,
    switched: [...(from ? [{ account: from, role: 'contact' as const }] : []), { account: to, role: 'head' as const }],
  };
}

export async function approveHandover(act: Act, id: string): Promise<Reply<Handover>> {
  const { record, unitContext, to } = await actOn(act, id, 'approve');
  mustBeTime(act, record, unitContext, 'approve');
  const office = changeOfOffice(act.at, act.by, record, unitContext.head, to);
  if (!office) throw new DomainError('wrong-state');
  const now = isDue(record.effectiveOn, act.today);
  const after = next(act, record, { state: now ? 'done' : 'approved', approvedAt: act.at });
  const reply: Reply<Handover> = { as: 'ok', body: await view(act, after, unitContext.unit) };
  const trail = [
    draftAuditEntry(act, 'handover.approve', targetOf(record, to!.name), {
      unitId: unitContext.unit.id,
      after: { on: record.effectiveOn },
    }),
  ];
  if (now) {
    for (const { account, role } of office.switched)
      trail.push(
        draftAuditEntry(
          act,
          'account.switch-role',
          { type: 'account', id: account.id, name: account.name },
          {
            unitId: unitContext.unit.id,
            before: { role: account.role },
            after: { role },
          },
        ),
      );
  }
  const mailing = { letters: letters(act, unitContext, [unitContext.head, to], now ? 'done' : 'approved') };
  const guards = [...guardsOf(act, unitContext.unit), office.guard];
  await act.store.saveHandover(after, now ? office.accounts : [], changeOf(act, guards, trail, reply, mailing));
  return reply;
}

export async function refuseHandover(act: Act, id: string, fields: Fields<{ reason: string }>): Promise<Reply<Handover>> {
  const { record, unitContext, to } = await actOn(act, id, 'refuse');
  const { reason } = fields();
  mustBeTime(act, record, unitContext, 'refuse');
  const after = next(act, record, { state: 'refused', reason });
  const reply: Reply<Handover> = { as: 'ok', body: await view(act, after, unitContext.unit) };
  const auditEntry = draftAuditEntry(act, 'handover.refuse', targetOf(record, to?.name ?? ''), { unitId: unitContext.unit.id, reason });
  const mailing = { letters: letters(act, unitContext, [unitContext.head, unitContext.parentHead, to], 'refused') };
  await act.store.saveHandover(after, [], changeOf(act, guardsOf(act, unitContext.unit), [auditEntry], reply, mailing));
  return reply;
}

/** Completes hand-overs whose day has come, and refuses those that no longer apply, with a reason. Returns the number completed. */
export async function takeHandoversOn(kit: Kit): Promise<number> {
  const { store, outbox } = kit;
  const now = kit.now();
  const at = now.toISOString();
  let done = 0;
  for (const record of await store.dueHandovers(taipeiDay(now))) {
    const to = await store.account(record.toId);
    const from = (await store.headsOf([record.unitId])).get(record.unitId) ?? null;
    const unit = await store.unit(record.unitId);
    const auditEntry = (action: TrailDraft['action'], target: TrailDraft['target'], more: Partial<TrailDraft>): TrailDraft => ({
      id: newId(),
      unitId: record.unitId,
      at,
      actor: null,
      action,
      target,
      outcome: 'done',
      from: null,
      requestId: null,
      reason: null,
      before: null,
      after: null,
      ...more,
    });
    // A unit that was moved since the approval has another level above, so the approval no longer counts.
    const approver = record.updatedBy && (await store.account(record.updatedBy.id));
    const took = unit && approver?.unitId === (unit.parentId ?? unit.id) ? changeOfOffice(at, null, record, from, to) : null;
    const target = targetOf(record, to?.name ?? '');
    const reason = OUTDATED_ON_ITS_DAY;
    const trail = took
      ? took.switched.map(({ account, role }) =>
          auditEntry(
            'account.switch-role',
            { type: 'account', id: account.id, name: account.name },
            { before: { role: account.role }, after: { role } },
          ),
        )
      : [auditEntry('handover.refuse', target, { reason })];
    const after: HandoverRecord = {
      ...record,
      state: took ? 'done' : 'refused',
      reason: took ? null : reason,
      version: record.version + 1,
      updatedAt: at,
      updatedBy: null,
    };
    const recipients = [from, to].filter((account) => account !== null).map(({ email }) => email);
    const mail = recipients.map((email) => kit.letters.handover(email, took ? 'done' : 'refused', unit?.name ?? ''));
    try {
      await store.saveHandover(after, took?.accounts ?? [], {
        guards: took ? [took.guard] : [],
        trail,
        outbox: outbox.post(trail, mail, at),
      });
      if (took) done++;
    } catch (error) {
      // Another instance did it first, or one of the records was just changed: the next run tries again.
      if (!(error instanceof WriteConflict)) throw error;
    }
  }
  return done;
}
