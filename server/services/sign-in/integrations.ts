/** Integration tokens, by which another system vouches for the identity of teachers. They are bound to a subtree and end with their maker's rights. */
import { seesUnit, vouches } from '../../domain/authority.js';
import { DomainError } from '../../domain/errors.js';
import type { Integration, IntegrationList, NewIntegration } from '../../contract/wire.js';
import type { IntegrationRecord, UnitRecord } from '../../store/records.js';
import type { Act, Fields } from '../core/act.js';
import { draftAuditEntry, denied } from '../core/audit.js';
import { callerOf, NOBODY, type Who } from '../core/caller.js';
import { changeOf, guardsOf } from '../core/change.js';
import type { Reply } from '../core/exchange.js';
import { hashOf, secret } from '../core/secrets.js';
import type { Kit } from '../core/kit.js';

/** Tells an integration token from a session token and from a portal's token. */
export const TOKEN_PREFIX = 'ik_';

function view({ id, unitId, makerId, name, scope, createdAt, expiresAt, endedAt }: IntegrationRecord): Integration {
  return { id, unitId, makerId, name, scope, createdAt, expiresAt, endedAt };
}

async function placeFor(act: Act, unitId: string, action: 'integration.create' | 'integration.end' | null): Promise<UnitRecord> {
  const unit = await act.store.unit(unitId);
  const { functions, role } = act.caller;
  const relation = unit ? act.relationTo(unit) : 'none';
  if (unit && vouches(functions, role, relation)) return unit;
  const code = unit && seesUnit(role, relation) ? 'forbidden' : 'not-found';
  throw action ? await denied(act, action, { type: 'unit', id: unitId, name: null }, code) : new DomainError(code);
}

/** The token is shown only in this answer. */
export async function createIntegration(
  act: Act,
  unitId: string,
  fields: Fields<{ name: string; scope: 'claims'; days: number }>,
): Promise<Reply<NewIntegration>> {
  const unit = await placeFor(act, unitId, 'integration.create');
  const { name, scope, days } = fields();
  const token = `${TOKEN_PREFIX}${secret()}`;
  const integration: IntegrationRecord = {
    id: act.newId(),
    unitId,
    makerId: act.caller.account.id,
    name,
    scope,
    tokenHash: hashOf(token),
    createdAt: act.at,
    expiresAt: act.later(days * 24 * 3600),
    endedAt: null,
  };
  const { expiresAt } = integration;
  const auditEntry = draftAuditEntry(
    act,
    'integration.create',
    { type: 'integration', id: integration.id, name },
    { unitId, after: { scope, expiresAt } },
  );
  await act.store.openIntegration(integration, changeOf(act, guardsOf(act, unit), [auditEntry]));
  return { as: 'created', body: { ...view(integration), token } };
}

/** The integrations of a unit and the units below it, without their tokens. */
export async function listIntegrations(act: Act, unitId: string): Promise<IntegrationList> {
  const unit = await placeFor(act, unitId, null);
  return { items: (await act.store.integrations(unit.path)).map(view) };
}

export async function endIntegration(act: Act, unitId: string, id: string): Promise<Reply<undefined>> {
  const unit = await placeFor(act, unitId, 'integration.end');
  const found = (await act.store.integrations(unit.path)).find((each) => each.id === id);
  const target = { type: 'integration' as const, id, name: found?.name ?? null };
  if (!found) throw await denied(act, 'integration.end', target, 'not-found');
  if (found.endedAt === null) {
    const auditEntry = draftAuditEntry(act, 'integration.end', target, { unitId: found.unitId });
    await act.store.endIntegration(id, act.at, changeOf(act, guardsOf(act, unit), [auditEntry]));
  }
  return { as: 'no-content', body: undefined };
}

/** The integration of a valid token; null if the token is over or its maker's account is no longer active. */
export async function integrationOf(kit: Kit, token: string): Promise<Who | null> {
  const found = await kit.store.integration(hashOf(token));
  if (!found || found.endedAt !== null || found.expiresAt <= kit.now().toISOString()) return null;
  const account = await kit.store.account(found.makerId);
  const caller = account && callerOf(kit, account, await kit.store.unit(account.unitId), null);
  return caller && { ...NOBODY, caller, integration: found, byToken: true };
}
