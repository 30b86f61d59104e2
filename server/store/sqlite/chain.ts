import type Database from 'better-sqlite3';
import { EMPTY_CHAIN, link, type ChainHead, type UnchainedEntry } from '../trail-chain.js';

/** Rows per statement: with single rows, the calls would cost more than the writes. */
const BATCH_SIZE = 50;

/** Returns a function that inserts rows; the values of a row are in the order of `columns`. */
function inserter(db: Database.Database, table: string, columns: readonly string[]): (rows: readonly unknown[][]) => void {
  const row = `(${columns.map(() => '?').join(', ')})`;
  const insert = (count: number): Database.Statement =>
    db.prepare(`insert into ${table} (${columns.join(', ')}) values ${Array<string>(count).fill(row).join(', ')}`);
  const [insertOne, insertBatch] = [insert(1), insert(BATCH_SIZE)];
  return (rows) => {
    let index = 0;
    for (; index + BATCH_SIZE <= rows.length; index += BATCH_SIZE) insertBatch.run(rows.slice(index, index + BATCH_SIZE).flat());
    for (; index < rows.length; index++) insertOne.run(rows[index]);
  };
}

const TRAIL_COLUMNS = 'unit_id seq id at actor_id actor_role actor_unit_id action target_type target_id outcome digest mac'.split(' ');

/** Returns a function that appends audit entries to their units' chains, within the open transaction, and returns the new chain heads. */
export function trailAppender(db: Database.Database, key: Buffer): (entries: readonly UnchainedEntry[]) => Map<string, ChainHead> {
  const readHead = db.prepare<[string], ChainHead>('select seq, mac from trail_heads where unit_id = ?');
  const insertEntries = inserter(db, 'trail', TRAIL_COLUMNS);
  const insertDetails = inserter(db, 'trail_details', ['unit_id', 'seq', 'details']);
  const saveHead = db.prepare(
    'insert into trail_heads (unit_id, seq, mac) values (?, ?, ?) on conflict (unit_id) do update set seq = excluded.seq, mac = excluded.mac',
  );
  return (entries) => {
    const heads = new Map<string, ChainHead>();
    const rows: unknown[][] = [];
    const details: unknown[][] = [];
    for (const entry of entries) {
      const { unitId } = entry.row;
      const row = link(key, heads.get(unitId) ?? readHead.get(unitId) ?? EMPTY_CHAIN, entry);
      const { seq, id, at, actorId, actorRole, actorUnitId, action, targetType, targetId, outcome, digest, mac } = row;
      rows.push([unitId, seq, id, at, actorId, actorRole, actorUnitId, action, targetType, targetId, outcome, digest, mac]);
      details.push([unitId, seq, entry.details]);
      heads.set(unitId, { seq, mac });
    }
    insertEntries(rows);
    insertDetails(details);
    for (const [unitId, { seq, mac }] of heads) saveHead.run(unitId, seq, mac);
    return heads;
  };
}
