/** Transfers: the asking school proposes, the giving school decides. The asking school never learns where the person is. */
import { auditedTeacher } from '../../domain/audited-records.js';
import { taipeiDay } from '../../domain/dates.js';
import { DomainError } from '../../domain/errors.js';
import type { Sealed } from '../../domain/fields.js';
import { maskNationalId } from '../../domain/national-id.js';
import type { CheckedRegistration } from '../../domain/registration.js';
import { hasLeft, type TransferState } from '../../domain/teachers.js';
import type { Transfer, TransferPage } from '../../contract/wire.js';
import type { PersonRecord, TeacherRecord, TrailDraft, TransferRecord, UnitRecord } from '../../store/records.js';
import { WriteConflict } from '../../store/store.js';
import { byId } from '../core/by-id.js';
import type { Act, Fields } from '../core/act.js';
import { draftAuditEntry, denied } from '../core/audit.js';
import { changeOf, guardsOf } from '../core/change.js';
import type { Reply } from '../core/exchange.js';
import { newId } from '../core/ids.js';
import type { Kit } from '../core/kit.js';
import { pageOf } from '../core/page.js';
import type { Cipher } from '../core/cipher.js';
import { newEntry } from '../roster/entries.js';
import { sealBinding } from '../core/seal-binding.js';
import { targetOf as entryTarget } from '../roster/teacher-view.js';

/** The reason of a proposal that was overtaken by other events. */
const LAPSED = '申請已失效';
const LAPSED_AT_ONCE = 200;

const bindingOf = (id: string): string => sealBinding('transfers.registration', id);

function sealRegistration(cipher: Cipher, id: string, registration: CheckedRegistration): Sealed {
  return cipher.seal(JSON.stringify(registration), bindingOf(id));
}

/** @throws DomainError `unreadable` */
export function openRegistration(cipher: Cipher, { id, registration }: TransferRecord): CheckedRegistration {
  return JSON.parse(cipher.open(registration, bindingOf(id))) as CheckedRegistration;
}

/** Null where it cannot be decrypted, so that one such transfer does not make a whole list fail. */
export function readableRegistration(cipher: Cipher, { id, registration }: TransferRecord): CheckedRegistration | null {
  const text = cipher.openOrNull(registration, bindingOf(id));
  return text === null ? null : (JSON.parse(text) as CheckedRegistration);
}

/** A proposal to the school that has the person, with an audit entry for each school. Only the giving school learns the other's name. */
export function proposal(
  act: Act,
  registration: CheckedRegistration,
  elsewhere: TeacherRecord,
  person: PersonRecord,
): { transfer: TransferRecord; person: PersonRecord; trail: TrailDraft[] } {
  const { unit } = act.caller;
  const id = act.newId();
  const transfer: TransferRecord = {
    id,
    unitId: elsewhere.unitId,
    toUnitId: unit.id,
    personId: person.id,
    teacherId: elsewhere.id,
    state: 'proposed',
    registration: sealRegistration(act.kit.cipher, id, registration),
    requestedAt: act.at,
    reason: null,
    version: 1,
    updatedAt: act.at,
    updatedBy: act.by,
  };
  const target = { type: 'transfer' as const, id, name: registration.name };
  const trail = [
    draftAuditEntry(act, 'transfer.propose', target, { unitId: unit.id }),
    draftAuditEntry(act, 'transfer.propose', target, { unitId: elsewhere.unitId }),
  ];
  return { transfer, person: { ...person, version: person.version + 1 }, trail };
}

export async function transferView(act: Act, transfer: TransferRecord): Promise<Transfer> {
  const [view] = await transferViews(act, [transfer]);
  return view!;
}

/** Only the giving school learns which school asks. */
async function transferViews(act: Act, transfers: readonly TransferRecord[]): Promise<Transfer[]> {
  const given = transfers.filter((transfer) => gives(act, transfer));
  const askers = byId(await act.store.unitsById([...new Set(given.map(({ toUnitId }) => toUnitId))]));
  return transfers.map((transfer) => viewOfTransfer(act, transfer, (gives(act, transfer) && askers.get(transfer.toUnitId)) || null));
}

const gives = (act: Act, { unitId }: TransferRecord): boolean => unitId === act.caller.unit.id;

/** @param asking the school that asks, where the caller may know it */
export function viewOfTransfer(act: Act, transfer: TransferRecord, asking: UnitRecord | null): Transfer {
  const registration = readableRegistration(act.kit.cipher, transfer);
  return {
    id: transfer.id,
    version: transfer.version,
    state: transfer.state,
    direction: gives(act, transfer) ? 'out' : 'in',
    name: registration?.name ?? '—',
    nationalId: registration && maskNationalId(registration.nationalId),
    unreadable: registration === null,
    requestedAt: transfer.requestedAt,
    reason: transfer.reason,
    toUnit: asking && { id: asking.id, name: asking.name },
    teacherId: gives(act, transfer) ? transfer.teacherId : null,
    sides: null,
  };
}

export async function listTransfers(
  act: Act,
  fields: Fields<{ direction: 'in' | 'out'; state?: TransferState | undefined; page: number; pageSize: number }>,
): Promise<TransferPage> {
  if (!act.may('teacher.manage')) throw new DomainError('forbidden');
  const wanted = fields();
  const filter = { unitId: act.caller.unit.id, direction: wanted.direction, state: wanted.state };
  const { items, total } = await act.store.transfers(filter, wanted);
  return pageOf(await transferViews(act, items), total, wanted);
}

type Step = 'transfer.accept' | 'transfer.refuse' | 'transfer.withdraw';

/** A proposal on which the caller's school may take a step: the giving school decides, the asking school withdraws. */
async function actOn(act: Act, id: string, action: Step): Promise<TransferRecord> {
  const target = { type: 'transfer' as const, id, name: null };
  const transfer = await act.store.transfer(id);
  const { unit } = act.caller;
  // The giving school does not see a dispute before it is decided.
  const party = transfer && (transfer.toUnitId === unit.id || (transfer.unitId === unit.id && transfer.state !== 'disputed'));
  if (!party) throw await denied(act, action, target, 'not-found');
  const actor = action === 'transfer.withdraw' ? transfer!.toUnitId : transfer!.unitId;
  if (actor !== unit.id || !act.may('teacher.manage')) throw await denied(act, action, target);
  await act.exchange.checkPreconditions(transfer!, () => transferView(act, transfer!));
  return transfer!;
}

/** Open proposals for a person that this change settles. */
export async function closedTransfers(
  act: Act,
  personId: string,
  which: (transfer: TransferRecord) => boolean = () => true,
): Promise<TransferRecord[]> {
  return (await act.store.waitingTransfers(personId)).filter(which).map((transfer) => lapsed(act, transfer));
}

export function lapsed(act: Act, transfer: TransferRecord): TransferRecord {
  return { ...settled(act, transfer, 'refused', LAPSED), updatedBy: null };
}

/** Withdrawn by the asking school, also by the undo of its import. */
export function withdrawn(act: Act, transfer: TransferRecord): TransferRecord {
  return settled(act, transfer, 'refused', '申請學校已撤回');
}

/** The audit entry for the asking school: the outcome without the actor, who would reveal where the person is. */
export function proposalAuditEntry(...entry: Parameters<typeof draftAuditEntry>): TrailDraft {
  return { ...draftAuditEntry(...entry), actor: null, from: null };
}

export function settled(act: Act, transfer: TransferRecord, state: TransferState, reason: string | null): TransferRecord {
  return { ...transfer, state, reason, version: transfer.version + 1, updatedAt: act.at, updatedBy: act.by };
}

/** The old entry departs and the new one begins. The teacher's log-in moves with the person. */
export async function acceptance(act: Act, transfer: TransferRecord) {
  const leaving = await act.store.teacher(transfer.teacherId);
  const person = await act.store.person(transfer.personId);
  if (!leaving || person?.teacherId !== leaving.id || hasLeft(leaving.departure, act.today)) throw new DomainError('wrong-state');
  const registration = openRegistration(act.kit.cipher, transfer);
  const left: TeacherRecord = {
    ...leaving,
    departure: { kind: 'transferred', on: act.today, toUnitId: transfer.toUnitId, note: null, at: act.at },
    version: leaving.version + 1,
    updatedAt: act.at,
    updatedBy: act.by,
  };
  const arrived: TeacherRecord = {
    ...newEntry(act, act.newId(), transfer.toUnitId, person.id, registration, { before: leaving }),
    username: leaving.username,
    status: leaving.status,
    updatedBy: null,
  };
  const auditEntries = [
    draftAuditEntry(act, 'teacher.depart', entryTarget(left), {
      unitId: transfer.unitId,
      after: { departure: { kind: 'transferred', on: act.today } },
    }),
    proposalAuditEntry(act, 'teacher.register', entryTarget(arrived), { unitId: transfer.toUnitId, after: auditedTeacher(arrived) }),
  ];
  const moved = { ...person, teacherId: arrived.id, unitId: transfer.toUnitId, version: person.version + 1 };
  const closed = await closedTransfers(act, person.id, ({ id: other }) => other !== transfer.id);
  const numbers = act.kit.cipher.numbers(registration.nationalId, person.id);
  return { left, arrived, person: moved, numbers, closed, auditEntries };
}

export async function acceptTransfer(act: Act, id: string): Promise<Reply<Transfer>> {
  const transfer = await actOn(act, id, 'transfer.accept');
  if (transfer.state !== 'proposed') throw new DomainError('wrong-state');
  const { left, arrived, person, numbers, closed, auditEntries } = await acceptance(act, transfer);
  const after = settled(act, transfer, 'accepted', null);
  const reply: Reply<Transfer> = { as: 'ok', body: await transferView(act, after) };
  const target = { type: 'transfer' as const, id, name: openRegistration(act.kit.cipher, transfer).name };
  const trail = [
    draftAuditEntry(act, 'transfer.accept', target, { unitId: transfer.unitId }),
    proposalAuditEntry(act, 'transfer.accept', target, { unitId: transfer.toUnitId }),
    ...auditEntries,
  ];
  await act.store.acceptTransfer(after, left, arrived, person, numbers, closed, changeOf(act, guardsOf(act), trail, reply));
  return reply;
}

export async function refuseTransfer(act: Act, id: string, fields: Fields<{ reason: string }>): Promise<Reply<Transfer>> {
  const transfer = await actOn(act, id, 'transfer.refuse');
  const { reason } = fields();
  if (transfer.state !== 'proposed') throw new DomainError('wrong-state');
  const after = settled(act, transfer, 'refused', reason);
  const reply: Reply<Transfer> = { as: 'ok', body: await transferView(act, after) };
  const target = { type: 'transfer' as const, id, name: readableRegistration(act.kit.cipher, transfer)?.name ?? null };
  const trail = [
    draftAuditEntry(act, 'transfer.refuse', target, { unitId: transfer.unitId, reason }),
    proposalAuditEntry(act, 'transfer.refuse', target, { unitId: transfer.toUnitId, reason }),
  ];
  await act.store.saveTransfer(after, changeOf(act, guardsOf(act), trail, reply));
  return reply;
}

export async function withdrawTransfer(act: Act, id: string): Promise<Reply<Transfer>> {
  const transfer = await actOn(act, id, 'transfer.withdraw');
  if (transfer.state !== 'proposed') throw new DomainError('wrong-state');
  const after = withdrawn(act, transfer);
  const reply: Reply<Transfer> = { as: 'ok', body: await transferView(act, after) };
  const target = { type: 'transfer' as const, id, name: openRegistration(act.kit.cipher, transfer).name };
  const trail = [transfer.toUnitId, transfer.unitId].map((unitId) => draftAuditEntry(act, 'transfer.withdraw', target, { unitId }));
  await act.store.saveTransfer(after, changeOf(act, guardsOf(act), trail, reply));
  return reply;
}

/** Ends proposals about people who have left meanwhile: neither school can do anything with them. Returns their number. */
export async function endLapsedTransfers({ store, outbox, now, cipher }: Kit): Promise<number> {
  const at = now().toISOString();
  let ended = 0;
  for (const transfer of await store.lapsedTransfers(taipeiDay(now()), LAPSED_AT_ONCE)) {
    const { id, version, unitId, toUnitId } = transfer;
    const reason = LAPSED;
    const target = { type: 'transfer' as const, id, name: openRegistration(cipher, transfer).name };
    const trail = [unitId, toUnitId].map((unit): TrailDraft => ({
      id: newId(),
      unitId: unit,
      at,
      actor: null,
      action: 'transfer.refuse',
      target,
      outcome: 'done',
      reason,
      before: null,
      after: null,
      from: null,
      requestId: null,
    }));
    const after: TransferRecord = { ...transfer, state: 'refused', reason, version: version + 1, updatedAt: at, updatedBy: null };
    try {
      await store.saveTransfer(after, { guards: [], trail, outbox: outbox.post(trail, [], at) });
      ended++;
    } catch (error) {
      // Another instance did it first, or somebody has just decided.
      if (!(error instanceof WriteConflict)) throw error;
    }
  }
  return ended;
}
