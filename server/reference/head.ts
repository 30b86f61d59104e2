/** `kit head create`: creates the head of a unit that no level above can enable: the first one, or that of a root unit. */
import { v7 as newId } from 'uuid';
import { z } from 'zod';
import { sentFields } from '../contract/field-schemas.js';
import { faultsOf } from '../contract/fields.js';
import { ACCOUNT_FIELDS } from '../domain/account-fields.js';
import { auditedAccount, auditedUnit } from '../domain/audited-records.js';
import { filled } from '../domain/fields.js';
import { pathBelow } from '../domain/units.js';
import type { Kit } from '../services/core/kit.js';
import { NEW_SIGN_IN, type AccountRecord, type IdentityRecord, type TrailDraft, type UnitRecord } from '../store/records.js';
import type { Guard } from '../store/store.js';

const Person = z.strictObject(sentFields(ACCOUNT_FIELDS, ['name', 'sex', 'email', 'phone']));

export interface HeadOptions {
  unit: string;
  username?: string | undefined;
  person: string;
  sex: string;
  email: string;
  phone: string;
  /** The person's identity at the portal. Without it, a first password is created. */
  issuer?: string | undefined;
  subject?: string | undefined;
  unitName?: string | undefined;
  level?: string | undefined;
  /** The new head of a root unit replaces the present one, who becomes a contact. */
  replace?: boolean | undefined;
}

/** @throws Error if the unit does not exist, has a head that is not replaced, or the user name is taken */
export async function createHead(kit: Kit, options: HeadOptions): Promise<{ username: string; password: string | null; unitName: string }> {
  const at = kit.now().toISOString();
  const fresh = { version: 1, updatedAt: at, updatedBy: null };
  const held = await kit.store.unitByCode(options.unit);
  const id = newId();
  if (!held && options.unitName === undefined) {
    throw new Error(`there is no unit ${options.unit}; to open a root unit, add --unit-name NAME --level LEVEL`);
  }
  const unit: UnitRecord = held ?? {
    id,
    code: options.unit,
    name: options.unitName!,
    level: options.level ?? 'ministry',
    parentId: null,
    releasedTo: null,
    path: pathBelow(null, id),
    ...fresh,
  };
  const former = held ? ((await kit.store.headsOf([held.id])).get(held.id) ?? null) : null;
  if (former && held?.parentId !== null) throw new Error(`${held?.name} already has a head; the level above can replace it`);
  if (former && !options.replace) throw new Error(`${held?.name} already has a head; add --replace to make this person a contact`);
  const username = options.username ?? `head-${options.unit.toLowerCase()}`;
  if (await kit.store.accountByUsername(username))
    throw new Error(`the user name ${username} is taken; choose another one with --username`);
  const { issuer, subject } = options;
  if ((issuer === undefined) !== (subject === undefined)) throw new Error('--issuer and --subject must be given together');
  if (issuer?.trim() === '' || subject?.trim() === '') throw new Error('--issuer and --subject must not be empty');
  const person = Person.safeParse(
    { name: options.person, sex: options.sex, email: options.email, phone: options.phone },
    { reportInput: true },
  );
  if (!person.success)
    throw new Error(
      faultsOf(person.error)
        .map(({ path, code }) => `--${path === 'name' ? 'person' : path}: ${code}`)
        .join(', '),
    );
  const password = issuer === undefined ? kit.passwords.first() : null;
  const accountId = newId();
  const account: AccountRecord = {
    id: accountId,
    unitId: unit.id,
    username,
    ...filled(ACCOUNT_FIELDS, { ...person.data, title: '總負責人' }),
    role: 'head',
    status: 'active',
    requestedRole: 'head',
    passwordHash:
      password === null ? null : await kit.passwords.inTurn({ account: accountId, network: null }, ({ hash }) => hash(password)),
    mustChangePassword: password !== null,
    referenceHash: null,
    appliedAt: at,
    activatedAt: at,
    lastSignInAt: null,
    reason: null,
    ...NEW_SIGN_IN,
    ...fresh,
  };
  const line = (target: TrailDraft['target'], action: TrailDraft['action'], after: TrailDraft['after']): TrailDraft => ({
    id: newId(),
    unitId: unit.id,
    at,
    actor: null,
    action,
    target,
    outcome: 'done',
    reason: 'kit head create',
    before: null,
    after,
    from: null,
    requestId: null,
  });
  const trail = [line({ type: 'account', id: account.id, name: account.name }, 'account.activate', auditedAccount(account))];
  if (!held) trail.unshift(line({ type: 'unit', id: unit.id, name: unit.name }, 'unit.create', auditedUnit(unit)));
  const identities: IdentityRecord[] = [];
  if (issuer !== undefined && subject !== undefined) {
    identities.push({ id: newId(), accountId: account.id, issuer, subject });
    trail.push(line({ type: 'account', id: account.id, name: account.name }, 'account.link', { issuer }));
  }
  if (former) trail.unshift(line({ type: 'account', id: former.id, name: former.name }, 'account.switch-role', { role: 'contact' }));
  const guards: Guard[] = held ? [{ kind: 'head', unitId: unit.id, accountId: former?.id ?? null }] : [];
  const savedAccounts = former
    ? [{ ...former, role: 'contact' as const, version: former.version + 1, updatedAt: at, updatedBy: null }]
    : [];
  await kit.store.load([{ units: held ? [] : [unit], savedAccounts, accounts: [account], identities, guards, trail }]);
  return { username, password, unitName: unit.name };
}
