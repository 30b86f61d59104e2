/** 個資法 §3 and §10: reports what is stored about a person and who has seen it, for the operator of the installation. */
import { v7 as newId } from 'uuid';
import { taipeiDay } from '../../domain/dates.js';
import { readNationalId } from '../../domain/national-id.js';
import { idsOnPath } from '../../domain/units.js';
import type { AccountRecord, TeacherRecord, TrailRecord } from '../../store/records.js';
import type { TrailFilter } from '../../store/store.js';
import type { Kit } from '../core/kit.js';
import { readableIdentity } from '../roster/teacher-view.js';

export type PersonBy = { username: string } | { teacherId: string } | { nationalId: string };

export interface Found {
  account: AccountRecord | null;
  entries: TeacherRecord[];
}

/** @throws Error if nobody is found */
export async function findPerson({ store, cipher }: Kit, by: PersonBy): Promise<Found> {
  if ('username' in by) {
    const account = await store.accountByUsername(by.username);
    if (!account) throw new Error('there is no account of this user name');
    return { account, entries: [] };
  }
  if ('teacherId' in by) {
    const entry = await store.teacher(by.teacherId);
    if (!entry) throw new Error('there is no entry of this id');
    return { account: null, entries: await store.entriesOf(entry.personId) };
  }
  const number = readNationalId(by.nationalId);
  const person = number.ok ? await store.personByNumber(cipher.indexes(number.value)) : null;
  if (!person) throw new Error('nobody of this number is on file');
  return { account: null, entries: await store.entriesOf(person.id) };
}

const PAGE = 200;

/** All audit entries that match, newest first, read in slices. */
export async function* auditEntries(
  { store }: Pick<Kit, 'store'>,
  filter: Pick<TrailFilter, 'unitId' | 'targetId' | 'actorId' | 'action' | 'from'>,
): AsyncGenerator<TrailRecord> {
  let before: number | undefined;
  for (;;) {
    const page = await store.trail({ ...filter, before, limit: PAGE });
    yield* page;
    if (page.length < PAGE) return;
    before = page.at(-1)!.seq;
  }
}

export interface Disclosure {
  at: string;
  /** Who saw it; null for a program of the installation. */
  who: { name: string; role: string | null; unit: string } | null;
  action: string;
  what: string;
  reason: string | null;
}

const SEEING = new Map([
  ['teacher.read', 'opened the entry'],
  ['teacher.reveal', 'was shown the identity number and birth date'],
  ['teacher.export', 'was given what is kept about the person'],
]);

const ROSTERS = [
  ['teacher.export', 'took the roster as a file'],
  ['teacher.read', 'searched rosters that the person is on'],
] as const;

/** Everybody who has seen a person's data: opened entries, reveals, and exports of rosters the person was on. */
export async function disclosures(kit: Kit, found: Found): Promise<Disclosure[]> {
  const all: Disclosure[] = [];
  const units = new Map<string, string>();
  const unitName = async (id: string): Promise<string> => {
    if (!units.has(id)) units.set(id, (await kit.store.unit(id))?.name ?? id);
    return units.get(id)!;
  };
  const add = async ({ at, actor, action, reason }: TrailRecord, what: string): Promise<void> => {
    const who = actor && { name: actor.name, role: actor.role, unit: await unitName(actor.unitId) };
    all.push({ at, who, action, what, reason });
  };
  for (const { id, unitId, registeredAt, departure } of found.entries) {
    for await (const auditEntry of auditEntries(kit, { unitId, targetId: id })) {
      const what = SEEING.get(auditEntry.action);
      if (what !== undefined && auditEntry.outcome === 'done') await add(auditEntry, what);
    }
    // Reads and exports of whole rosters: of the unit, and of units above that read all units below.
    for (const above of idsOnPath((await kit.store.unit(unitId))?.path ?? '')) {
      for (const [action, what] of ROSTERS) {
        for await (const auditEntry of auditEntries(kit, { unitId: above, action, from: registeredAt })) {
          const { scope = 'own', departed = false } = (auditEntry.after ?? {}) as { scope?: string; departed?: boolean };
          const reaches = auditEntry.target.type === 'roster' && (above === unitId || scope === 'subtree');
          const there = departure === null || departed || taipeiDay(auditEntry.at) <= departure.on;
          if (auditEntry.outcome === 'done' && reaches && there) await add(auditEntry, what);
        }
      }
    }
  }
  if (found.account) {
    const { id, unitId } = found.account;
    for await (const auditEntry of auditEntries(kit, { unitId, targetId: id })) await add(auditEntry, 'acted on the account');
  }
  await recordSeen(kit, found, 'report disclosure');
  return all.sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** All data stored about a person, to be handed to the person on request. */
export async function personalData(kit: Kit, found: Found): Promise<Record<string, unknown>> {
  const { account, entries } = found;
  await recordSeen(kit, found, 'export');
  const history = async (unitId: string, targetId: string): Promise<unknown[]> => {
    const kept: unknown[] = [];
    for await (const { at, action, outcome, reason, before, after } of auditEntries(kit, { unitId, targetId }))
      kept.push({ at, action, outcome, reason, before, after });
    return kept;
  };
  return {
    at: kit.now().toISOString(),
    account: account && withoutSecrets(account),
    accountHistory: account ? await history(account.unitId, account.id) : [],
    entries: await Promise.all(
      entries.map(async (entry) => ({
        ...entry,
        ...(readableIdentity(kit.cipher, entry) ?? { nationalId: null, birthDate: null }),
        unit: (await kit.store.unit(entry.unitId))?.name ?? null,
        history: await history(entry.unitId, entry.id),
      })),
    ),
  };
}

/** An account without its secrets, as its owner may see it. */
export function withoutSecrets({
  passwordHash,
  passwordHistory: _history,
  secondFactor,
  referenceHash: _reference,
  ...kept
}: AccountRecord) {
  return { ...kept, password: passwordHash !== null, secondFactor: secondFactor !== null };
}

/** The operator's access is recorded in the audit trail as well. */
async function recordSeen(kit: Kit, { account, entries }: Found, reason: string): Promise<void> {
  const at = kit.now().toISOString();
  const reportEntry = (unitId: string, target: { type: 'account' | 'teacher'; id: string; name: string }) => ({
    id: newId(),
    unitId,
    at,
    actor: null,
    action: 'teacher.export' as const,
    target,
    outcome: 'done' as const,
    reason,
    before: null,
    after: { people: 1 },
    from: null,
    requestId: null,
  });
  const trail = [
    ...entries.map(({ id, unitId, name }) => reportEntry(unitId, { type: 'teacher', id, name })),
    ...(account ? [reportEntry(account.unitId, { type: 'account', id: account.id, name: account.name })] : []),
  ];
  await kit.store.record({ guards: [], trail });
}
