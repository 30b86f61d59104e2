import type pg from 'pg';
import { createYielder } from '../../platform/event-loop.js';
import type { TrailDraft } from '../records.js';
import { EMPTY_CHAIN, link, unchainedEntry, type ChainHead, type TrailRow } from '../trail-chain.js';

const TRAIL = 'unit_id, seq, id, at, actor_id, actor_role, actor_unit_id, action, target_type, target_id, outcome, digest, mac';

const jsonRow = (row: TrailRow): Record<string, unknown> => ({
  unit_id: row.unitId,
  seq: row.seq,
  id: row.id,
  at: row.at,
  actor_id: row.actorId,
  actor_role: row.actorRole,
  actor_unit_id: row.actorUnitId,
  action: row.action,
  target_type: row.targetType,
  target_id: row.targetId,
  outcome: row.outcome,
  digest: row.digest,
  mac: row.mac,
});

/**
 * Appends audit entries to their units' chains, within the open transaction, and returns the new chain heads. The chains are
 * locked in the order of their unit ids, so that two writers cannot deadlock.
 */
export async function appendTrail(client: pg.ClientBase, key: Buffer, drafts: readonly TrailDraft[]): Promise<Map<string, ChainHead>> {
  const heads = new Map<string, ChainHead>();
  if (drafts.length === 0) return heads;
  const units = [...new Set(drafts.map(({ unitId }) => unitId))].sort();
  await client.query({
    name: 'trail-begin',
    text: "insert into trail_heads (unit_id, seq, mac) select unit, 0, '' from unnest($1::text[]) unit order by unit on conflict do nothing",
    values: [units],
  });
  const locked = await client.query<{ unit_id: string } & ChainHead>({
    name: 'trail-heads',
    text: 'select unit_id, seq, mac from trail_heads where unit_id = any($1::text[]) order by unit_id for update',
    values: [units],
  });
  for (const { unit_id: unitId, seq, mac } of locked.rows) heads.set(unitId, { seq, mac });
  const rows: Record<string, unknown>[] = [];
  const details: Record<string, unknown>[] = [];
  const yieldIfDue = createYielder();
  for (const draft of drafts) {
    await yieldIfDue();
    const entry = unchainedEntry(draft);
    const row = link(key, heads.get(draft.unitId) ?? EMPTY_CHAIN, entry);
    heads.set(draft.unitId, { seq: row.seq, mac: row.mac });
    rows.push(jsonRow(row));
    details.push({ unit_id: draft.unitId, seq: row.seq, details: entry.details });
  }
  await client.query({
    name: 'trail-lines',
    text: `insert into trail (${TRAIL}) select ${TRAIL} from json_populate_recordset(null::trail, $1::json)`,
    values: [JSON.stringify(rows)],
  });
  await client.query({
    name: 'trail-details',
    text: 'insert into trail_details (unit_id, seq, details) select unit_id, seq, details from json_populate_recordset(null::trail_details, $1::json)',
    values: [JSON.stringify(details)],
  });
  await client.query({
    name: 'trail-save-heads',
    text: 'update trail_heads h set seq = n.seq, mac = n.mac from json_populate_recordset(null::trail_heads, $1::json) n where h.unit_id = n.unit_id',
    values: [JSON.stringify([...heads].map(([unitId, { seq, mac }]) => ({ unit_id: unitId, seq, mac })))],
  });
  return heads;
}
