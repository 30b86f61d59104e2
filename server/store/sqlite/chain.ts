import type Database from 'better-sqlite3';
import { EMPTY_CHAIN, link, type ChainHead, type LooseLine } from '../trail-chain.js';

/** Rows in one statement: of many rows the calls cost more than the rows. */
const TOGETHER = 50;

/** Inserts rows, whose values stand in the order of the columns. */
function inserter(db: Database.Database, table: string, columns: readonly string[]): (rows: readonly unknown[][]) => void {
  const row = `(${columns.map(() => '?').join(', ')})`;
  const insert = (count: number): Database.Statement =>
    db.prepare(`insert into ${table} (${columns.join(', ')}) values ${Array<string>(count).fill(row).join(', ')}`);
  const [one, many] = [insert(1), insert(TOGETHER)];
  return (rows) => {
    let at = 0;
    for (; at + TOGETHER <= rows.length; at += TOGETHER) many.run(rows.slice(at, at + TOGETHER).flat());
    for (; at < rows.length; at++) one.run(rows[at]);
  };
}

/** Adds lines to their units' chains within the transaction under way, and answers where these end now. */
export function trailAppender(db: Database.Database, key: Buffer): (lines: readonly LooseLine[]) => Map<string, ChainHead> {
  const readHead = db.prepare<[string], ChainHead>('select seq, mac from trail_heads where unit_id = ?');
  const insertLines = inserter(db, 'trail', [
    ...['unit_id', 'seq', 'id', 'at', 'actor_id', 'actor_role', 'actor_unit_id'],
    ...['action', 'target_type', 'target_id', 'outcome', 'digest', 'mac'],
  ]);
  const insertDetails = inserter(db, 'trail_details', ['unit_id', 'seq', 'details']);
  const saveHead = db.prepare(
    'insert into trail_heads (unit_id, seq, mac) values (?, ?, ?) on conflict (unit_id) do update set seq = excluded.seq, mac = excluded.mac',
  );
  return (loose) => {
    const heads = new Map<string, ChainHead>();
    const lines: unknown[][] = [];
    const details: unknown[][] = [];
    for (const line of loose) {
      const { unitId } = line.row;
      const row = link(key, heads.get(unitId) ?? readHead.get(unitId) ?? EMPTY_CHAIN, line);
      const { seq, id, at, actorId, actorRole, actorUnitId, action, targetType, targetId, outcome, digest, mac } = row;
      lines.push([unitId, seq, id, at, actorId, actorRole, actorUnitId, action, targetType, targetId, outcome, digest, mac]);
      details.push([unitId, seq, line.details]);
      heads.set(unitId, { seq, mac });
    }
    insertLines(lines);
    insertDetails(details);
    for (const [unitId, { seq, mac }] of heads) saveHead.run(unitId, seq, mac);
    return heads;
  };
}
