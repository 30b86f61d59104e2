/** 個資法 §3: gives a person a copy of the data stored about them. */
import type { TrailRecord } from '../../store/records.js';
import type { Act } from '../core/act.js';
import type { RosterFile } from '../roster/roster-files.js';
import { auditEntries, withoutSecrets } from './people.js';

/** Audit entries about the caller and by the caller, in the unit's audit trail. */
async function* linesOf({ kit, caller: { account, unit } }: Act): AsyncGenerator<TrailRecord> {
  yield* auditEntries(kit, { unitId: unit.id, targetId: account.id });
  yield* auditEntries(kit, { unitId: unit.id, actorId: account.id });
}

/** All data of the account except its secrets, as JSON. */
export async function readOwnData(act: Act): Promise<RosterFile> {
  const { account, unit } = act.caller;
  const { updatedBy: _by, ...kept } = withoutSecrets(account);
  const identities = await act.store.identitiesOf(account.id);
  const sessions = await act.store.sessionsOf(account.id, act.at);
  const head = {
    at: act.at,
    account: kept,
    unit: { id: unit.id, code: unit.code, name: unit.name },
    identities: identities.map(({ issuer, subject }) => ({ issuer, subject })),
    sessions: sessions.map(({ kind, address, createdAt, seenAt }) => ({ kind, address, createdAt, seenAt })),
  };
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const encoder = new TextEncoder();
    yield encoder.encode(`${JSON.stringify(head, null, 2).slice(0, -2)},\n  "trail": [`);
    const seen = new Set<string>();
    for await (const { id, at, action, outcome, target, reason, actor, from } of linesOf(act)) {
      if (seen.has(id)) continue;
      const by = actor?.id === account.id ? 'me' : 'another';
      const of = target.id === account.id ? 'me' : { type: target.type, id: target.id };
      yield encoder.encode(
        `${seen.size === 0 ? '' : ','}\n    ${JSON.stringify({ at, action, outcome, by, of, reason, from: by === 'me' ? from : null })}`,
      );
      seen.add(id);
    }
    yield encoder.encode('\n  ]\n}\n');
  }
  return { name: `${account.username}-${act.today}.json`, type: 'application/json', chunks: chunks() };
}
