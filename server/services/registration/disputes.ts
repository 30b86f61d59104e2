/** Disputes over an identity number. The head of the nearest unit above both schools decides, and only that head sees both sides. */
import { decidesDisputes } from '../../domain/authority.js';
import { DomainError } from '../../domain/errors.js';
import { hideNationalId } from '../../domain/national-id.js';
import type { RegistrationFields } from '../../domain/teacher-fields.js';
import { hasLeft, type TransferState } from '../../domain/teachers.js';
import { nearestAbove } from '../../domain/units.js';
import type { ProposedTransfer, Transfer, TransferPage } from '../../contract/wire.js';
import type { TeacherRecord, TransferRecord, UnitRecord } from '../../store/records.js';
import { byId } from '../core/by-id.js';
import type { Act, Fields } from '../core/act.js';
import { draftAuditEntry, denied } from '../core/audit.js';
import { changeOf, guardsOf } from '../core/change.js';
import type { Reply } from '../core/exchange.js';
import { pageOf } from '../core/page.js';
import { entered } from '../roster/entries.js';
import { countLookup } from '../roster/lookups.js';
import { check, mayRegister, outcomeOf } from './registration.js';
import { readableIdentity } from '../roster/teacher-view.js';
import {
  acceptance,
  closedTransfers,
  proposalAuditEntry,
  listTransfers,
  openRegistration,
  readableRegistration,
  proposal,
  settled,
  transferView,
  viewOfTransfer,
} from './transfers.js';

export type Decision = 'move' | 'correct' | 'refuse';

/** Opens a dispute after `registration-failed`. A school has at most one open dispute per person. */
export async function dispute(
  act: Act,
  fields: Fields<RegistrationFields & { dispute: true; reason: string }>,
): Promise<Reply<ProposedTransfer>> {
  await mayRegister(act, 'transfer.dispute');
  await act.exchange.checkPreconditions();
  const { dispute: _dispute, reason, ...sent } = fields();
  const registration = check(act, () => sent);
  await countLookup(act, registration);
  const outcome = await outcomeOf(act, registration);
  if (outcome.kind !== 'elsewhere') throw new DomainError('wrong-state');
  const { entry, person } = outcome;
  const waiting = (await act.store.waitingTransfers(person.id)).find(
    ({ toUnitId, state }) => toUnitId === act.caller.unit.id && state === 'disputed',
  );
  const { transfer: proposed, person: asked } = proposal(act, registration, entry, person);
  const transfer: TransferRecord = waiting ?? { ...proposed, state: 'disputed', reason };
  const reply: Reply<ProposedTransfer> = { as: 'accepted', body: { transfer: await transferView(act, transfer) } };
  if (waiting) {
    await act.store.record(changeOf(act, [], [], reply));
    return reply;
  }
  const auditEntry = draftAuditEntry(
    act,
    'transfer.dispute',
    { type: 'transfer', id: transfer.id, name: registration.name },
    { unitId: act.caller.unit.id, reason },
  );
  await act.store.propose(transfer, asked, [], changeOf(act, guardsOf(act), [auditEntry], reply));
  return reply;
}

interface Parties {
  giving: UnitRecord;
  asking: UnitRecord;
}

/** Finds the two schools of each of these transfers by one read. */
async function partiesOf(act: Act, transfers: readonly TransferRecord[]): Promise<(transfer: TransferRecord) => Parties | null> {
  const units = byId(await act.store.unitsById([...new Set(transfers.flatMap(({ unitId, toUnitId }) => [unitId, toUnitId]))]));
  return ({ unitId, toUnitId }) => {
    const [giving, asking] = [units.get(unitId), units.get(toUnitId)];
    return giving && asking ? { giving, asking } : null;
  };
}

/** Whether the caller heads the nearest unit above both schools. */
function decides(act: Act, units: Parties | null): boolean {
  if (!units || !decidesDisputes(act.caller.role)) return false;
  const nearest = nearestAbove(units.giving.path, units.asking.path);
  // If one of the two units is above the other, the next level decides.
  const party = [units.giving, units.asking].find(({ id }) => id === nearest);
  return (party ? party.parentId : nearest) === act.caller.unit.id;
}

async function disputeView(act: Act, transfer: TransferRecord, units: Parties): Promise<Transfer> {
  return viewOfDispute(act, transfer, units, await act.store.teacher(transfer.teacherId));
}

/** Both sides of a dispute, with masked identity numbers, for the head who decides. */
function viewOfDispute(act: Act, transfer: TransferRecord, units: Parties, entry: TeacherRecord | null): Transfer {
  const { cipher } = act.kit;
  const claimed = readableRegistration(cipher, transfer);
  const onFile = entry && readableIdentity(cipher, entry);
  const side = (
    unit: UnitRecord,
    person: { name: string; sex: 'male' | 'female'; nationalId: string; birthDate: string; title: string },
  ) => ({
    unit: { id: unit.id, name: unit.name },
    name: person.name,
    sex: person.sex,
    nationalId: hideNationalId(person.nationalId),
    birthDate: person.birthDate,
    title: person.title,
  });
  return {
    ...viewOfTransfer(act, transfer, transfer.unitId === act.caller.unit.id ? units.asking : null),
    direction: 'decide',
    unreadable: claimed === null || (entry !== null && onFile === null),
    nationalId: claimed && hideNationalId(claimed.nationalId),
    sides: {
      asking: claimed && side(units.asking, claimed),
      giving: entry && onFile ? side(units.giving, { ...entry, ...onFile }) : null,
    },
  };
}

type Wanted = { direction: 'in' | 'out' | 'decide'; state?: TransferState | undefined; page: number; pageSize: number };

/** Transfers to and from the caller's school, and open disputes that the caller decides. */
export async function listProposals(act: Act, fields: Fields<Wanted>): Promise<TransferPage> {
  const { direction, ...wanted } = fields();
  if (direction !== 'decide') return listTransfers(act, () => ({ ...wanted, direction }));
  const found = await listDisputes(act);
  const from = (wanted.page - 1) * wanted.pageSize;
  return pageOf(found.slice(from, from + wanted.pageSize), found.length, wanted);
}

/** Open disputes that the caller decides. Reading them is recorded, because it shows people of other units. */
async function listDisputes(act: Act): Promise<Transfer[]> {
  if (!decidesDisputes(act.caller.role)) throw new DomainError('forbidden');
  const all = await act.store.disputes(act.caller.unit.path);
  const parties = await partiesOf(act, all);
  const mine = all.filter((transfer) => decides(act, parties(transfer)));
  const entries = byId(await act.store.teachersById(mine.map(({ teacherId }) => teacherId)));
  const found = mine.map((transfer) => viewOfDispute(act, transfer, parties(transfer)!, entries.get(transfer.teacherId) ?? null));
  if (found.length > 0) {
    const { unit } = act.caller;
    const auditEntry = draftAuditEntry(
      act,
      'teacher.read',
      { type: 'roster', id: unit.id, name: unit.name },
      { unitId: unit.id, after: { disputes: found.length } },
    );
    await act.store.record({ guards: [], trail: [auditEntry] });
  }
  return found;
}

/**
 * `move`: both sides mean one person, who moves to the asking school. `correct`: the other school has the number by mistake; it is
 * removed from that entry, which its school corrects, and the asking school registers its person. `refuse`: nothing changes.
 */
export async function decideDispute(
  act: Act,
  id: string,
  fields: Fields<{ decision: Decision; reason: string }>,
): Promise<Reply<Transfer>> {
  const target = { type: 'transfer' as const, id, name: null };
  const transfer = await act.store.transfer(id);
  const units = transfer && (await partiesOf(act, [transfer]))(transfer);
  const party = transfer && transfer.toUnitId === act.caller.unit.id;
  if (!transfer || !(decides(act, units) || party)) throw await denied(act, 'transfer.decide', target, 'not-found');
  if (!decides(act, units)) throw await denied(act, 'transfer.decide', target);
  await act.exchange.checkPreconditions(transfer, () => disputeView(act, transfer, units!));
  const { decision, reason } = fields();
  if (transfer.state !== 'disputed') throw new DomainError('wrong-state');
  const name = readableRegistration(act.kit.cipher, transfer)?.name ?? null;
  const decided = { type: 'transfer' as const, id, name };
  const after = { decision };
  const trail = [
    draftAuditEntry(act, 'transfer.decide', decided, { unitId: act.caller.unit.id, reason, after }),
    proposalAuditEntry(act, 'transfer.decide', decided, { unitId: transfer.toUnitId, reason, after }),
  ];
  if (decision === 'refuse') {
    const refused = settled(act, transfer, 'refused', reason);
    const reply: Reply<Transfer> = { as: 'ok', body: await disputeView(act, refused, units!) };
    await act.store.saveTransfer(refused, changeOf(act, guardsOf(act, units!.giving, units!.asking), trail, reply));
    return reply;
  }
  const accepted = settled(act, transfer, 'accepted', reason);
  const ofGiving = draftAuditEntry(act, 'transfer.decide', decided, { unitId: transfer.unitId, reason, after });
  const guards = guardsOf(act, units!.giving, units!.asking);
  if (decision === 'move') {
    const { left, arrived, person, numbers, closed, auditEntries } = await acceptance(act, transfer);
    const reply: Reply<Transfer> = { as: 'ok', body: await disputeView(act, accepted, units!) };
    await act.store.acceptTransfer(
      accepted,
      left,
      arrived,
      person,
      numbers,
      closed,
      changeOf(act, guards, [...trail, ofGiving, ...auditEntries], reply),
    );
    return reply;
  }
  const entry = await act.store.teacher(transfer.teacherId);
  const person = await act.store.person(transfer.personId);
  if (!entry || person?.teacherId !== entry.id || hasLeft(entry.departure, act.today)) throw new DomainError('wrong-state');
  const registration = openRegistration(act.kit.cipher, transfer);
  const made = entered(act, registration, null, { unitId: transfer.toUnitId });
  // The name of the decider would reveal to the asking school where the other school is.
  const fresh = { ...made, teacher: { ...made.teacher, updatedBy: null } };
  const closed = await closedTransfers(act, person.id, ({ id: other }) => other !== id);
  const reply: Reply<Transfer> = { as: 'ok', body: await disputeView(act, accepted, units!) };
  const auditEntries = [...trail, ofGiving, { ...fresh.auditEntry, actor: null, from: null }];
  const taken = { indexes: act.kit.cipher.indexes(registration.nationalId), person: { ...person, version: person.version + 1 } };
  await act.store.reassignNumber(accepted, taken, fresh, closed, changeOf(act, guards, auditEntries, reply));
  return reply;
}
