/** `kit head create`: the first head of a unit, for whom no level above is there yet. */
import { v7 as newId } from 'uuid';
import { pathBelow } from '../domain/units.js';
import type { Kit } from '../services/kit.js';
import type { AccountRecord, TrailDraft, UnitRecord } from '../store/records.js';

export interface HeadOptions {
  unit: string;
  username?: string | undefined;
  person?: string | undefined;
  email?: string | undefined;
  phone?: string | undefined;
  unitName?: string | undefined;
  level?: string | undefined;
}

/** @throws Error where the unit is missing, has a head, or the user name is taken */
export async function createHead(kit: Kit, options: HeadOptions): Promise<{ username: string; password: string; unitName: string }> {
  const at = kit.now().toISOString();
  const fresh = { version: 1, updatedAt: at, updatedBy: null };
  const held = await kit.store.unitByCode(options.unit);
  const id = newId();
  if (!held && options.unitName === undefined) {
    throw new Error(`there is no unit ${options.unit}; open a root unit with --unit-name NAME --level LEVEL`);
  }
  const unit: UnitRecord = held ?? {
    id,
    code: options.unit,
    name: options.unitName!,
    level: options.level ?? 'ministry',
    parentId: null,
    path: pathBelow(null, id),
    ...fresh,
  };
  if (held && (await kit.store.headsOf([held.id])).has(held.id))
    throw new Error(`${held.name} has a head already; the level above replaces it`);
  const username = options.username ?? `head-${options.unit.toLowerCase()}`;
  if (await kit.store.accountByUsername(username)) throw new Error(`the user name ${username} is taken; choose another with --username`);
  const password = kit.passwords.first();
  const account: AccountRecord = {
    id: newId(),
    unitId: unit.id,
    username,
    name: options.person ?? '總負責人',
    sex: 'female',
    title: '總負責人',
    email: options.email ?? 'unknown@example.invalid',
    phone: options.phone ?? '00-0000-0000',
    fax: null,
    role: 'head',
    status: 'active',
    requestedRole: 'head',
    passwordHash: await kit.passwords.hash(password),
    mustChangePassword: true,
    referenceHash: null,
    appliedAt: at,
    activatedAt: at,
    lastSignInAt: null,
    reason: null,
    ...fresh,
  };
  const line = (target: TrailDraft['target'], action: TrailDraft['action']): TrailDraft => ({
    id: newId(),
    unitId: unit.id,
    at,
    actor: null,
    action,
    target,
    outcome: 'done',
    reason: 'kit head create',
    before: null,
    after: { role: 'head' },
    from: null,
    requestId: null,
  });
  const trail = [line({ type: 'account', id: account.id, name: account.name }, 'account.activate')];
  if (!held) trail.unshift(line({ type: 'unit', id: unit.id, name: unit.name }, 'unit.create'));
  await kit.store.load(
    { units: held ? [] : [unit], accounts: [account], entries: [] },
    { guards: held ? [{ kind: 'head', unitId: unit.id, accountId: null }] : [], trail },
  );
  return { username, password, unitName: unit.name };
}
