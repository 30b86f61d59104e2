/** For examples and tests: fills a kit with made-up people, and links a portal's users to their accounts. */
import { v7 as newId } from 'uuid';
import type { InserviceKit } from '../index.js';
import { demoData } from './demo-data.js';
import { loadInstallation } from './load.js';

export interface DemoIdentity {
  issuer: string;
  subject: string;
  /** User name of the demo's account. */
  username: string;
}

/** Loads two counties and six schools with every role and status. Each identity then signs in to its account. */
export async function fillWithMadeUpPeople(kit: InserviceKit, identities: readonly DemoIdentity[] = []): Promise<void> {
  await loadInstallation(kit.internals, demoData());
  const at = new Date().toISOString();
  for (const { username, ...identity } of identities) {
    const account = await kit.store.accountByUsername(username);
    if (!account) throw new Error(`the demo has no account ${username}`);
    if (await kit.store.accountByIdentity(identity.issuer, identity.subject)) continue;
    const { id, unitId, name, version } = account;
    const line = {
      id: newId(),
      unitId,
      at,
      actor: null,
      action: 'account.link' as const,
      target: { type: 'account' as const, id, name },
      outcome: 'done' as const,
      reason: 'demo',
      before: null,
      after: { issuer: identity.issuer },
      from: null,
      requestId: null,
    };
    await kit.store.linkIdentity(
      { id: newId(), accountId: id, ...identity },
      { ...account, version: version + 1, updatedAt: at },
      { guards: [], trail: [line] },
    );
  }
}
