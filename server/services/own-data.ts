/** 個資法 §3: a person asks for a copy of what is kept about him. */
import type { TrailRecord } from '../store/records.js';
import type { Act } from './act.js';
import type { ExportFile } from './exports.js';

const PAGE = 200;

/** Lines about the caller and by him in his unit's trail; the others' names in them stay out. */
async function* linesOf(act: Act): AsyncGenerator<TrailRecord> {
  const { account, unit } = act.caller;
  for (const filter of [{ targetId: account.id }, { actorId: account.id }]) {
    let before: number | undefined;
    for (;;) {
      const page = await act.store.trail({ unitId: unit.id, ...filter, before, limit: PAGE });
      yield* page;
      if (page.length < PAGE) break;
      before = page.at(-1)!.seq;
    }
  }
}

/** Everything of the account but its secrets, as JSON. */
export async function readOwnData(act: Act): Promise<ExportFile> {
  const { account, unit } = act.caller;
  const { passwordHash, passwordHistory: _history, secondFactor, referenceHash: _reference, updatedBy: _by, ...kept } = account;
  const identities = await act.store.identitiesOf(account.id);
  const sessions = await act.store.sessionsOf(account.id, act.at);
  const head = {
    at: act.at,
    account: { ...kept, password: passwordHash !== null, secondFactor: secondFactor !== null },
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
