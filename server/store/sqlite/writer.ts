/**
 * The one thread that writes: a queue, one commit for all that waits together, a savepoint for each unit of work.
 * So neither an fsync nor a long import nor another process's lock stops anyone's reading.
 */
import Database from 'better-sqlite3';
import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { Committed } from '../drizzle/driver.js';
import type { TrailDraft } from '../records.js';
import { FIRST, link, type ChainHead } from '../trail-chain.js';
import { openConnection } from './connection.js';
import { leave, register } from './instances.js';

export interface WriterSettings {
  file: string;
  trailKey: Uint8Array;
}
/** A unit of work, or a part of a large one, as it crosses to the thread. */
export interface PackedWork {
  texts: string[];
  statements: [text: number, params: unknown[], about: string | null][];
  trail: TrailDraft[];
}

/** `parts`: how many have come before it. */
export type WriterRequest =
  | { id: number; work: PackedWork; parts: number }
  | { id: number; part: PackedWork }
  | { id: number; beat: true }
  | { id: number; close: true };
export type WriterAnswer = { id: number } & (
  | ({ outcome: 'done' } & Committed)
  | { outcome: 'conflict'; about: string }
  | { outcome: 'unavailable'; message: string }
  | { outcome: 'failed'; message: string }
);

/** How long a lock held by another process is waited for before the callers hear `unavailable`. */
const LOCK_PATIENCE_MS = 5_000;
const LOCK_PAUSE_MS = 20;
/** SQLite's own measure: a thousand pages. */
const CHECKPOINT_BYTES = 4 * 1024 * 1024;

class Conflict extends Error {
  constructor(readonly about: string) {
    super(about);
  }
}

const { file, trailKey } = workerData as WriterSettings;
const key = Buffer.from(trailKey);
const port = parentPort!;
const db = openConnection(file);
// From here on a lock is waited for without standing still.
db.pragma('busy_timeout = 50');
// A list of 5,000 people touches so many pages; in a smaller cache they would go out and come in again.
db.pragma('cache_size = -65536');
db.pragma('wal_autocheckpoint = 0');
const prepared = new Map<string, Database.Statement>();

function prepare(sql: string): Database.Statement {
  let statement = prepared.get(sql);
  if (!statement) {
    statement = db.prepare(sql);
    prepared.set(sql, statement);
  }
  return statement;
}

const readHead = db.prepare<[string], ChainHead>('select seq, mac from trail_heads where unit_id = ?');
const insertRow = db.prepare(
  `insert into trail (unit_id, seq, id, at, actor_id, actor_role, actor_unit_id, action, target_type, target_id, outcome, digest, mac)
   values (@unitId, @seq, @id, @at, @actorId, @actorRole, @actorUnitId, @action, @targetType, @targetId, @outcome, @digest, @mac)`,
);
const insertDetails = db.prepare('insert into trail_details (unit_id, seq, details) values (?, ?, ?)');
const saveHead = db.prepare(
  'insert into trail_heads (unit_id, seq, mac) values (?, ?, ?) on conflict (unit_id) do update set seq = excluded.seq, mac = excluded.mac',
);

function run(works: readonly PackedWork[]): Committed {
  let rows: Committed['rows'] = [];
  for (const { texts, statements } of works) {
    const known = texts.map(prepare);
    for (const [text, params, about] of statements) {
      const statement = known[text]!;
      rows = statement.reader ? (statement.all(...params) as typeof rows) : [];
      const touched = statement.reader ? rows.length : statement.run(...params).changes;
      if (about !== null && touched === 0) throw new Conflict(about);
    }
  }
  const heads = new Map<string, ChainHead>();
  for (const draft of works.flatMap(({ trail }) => trail)) {
    const head = heads.get(draft.unitId) ?? readHead.get(draft.unitId) ?? FIRST;
    const { row, details } = link(key, head, draft);
    insertRow.run(row);
    insertDetails.run(row.unitId, row.seq, details);
    heads.set(row.unitId, { seq: row.seq, mac: row.mac });
  }
  for (const [unitId, { seq, mac }] of heads) saveHead.run(unitId, seq, mac);
  return { rows, heads };
}

const begin = db.prepare('begin immediate');
const savepoint = db.prepare('savepoint work');
const release = db.prepare('release work');
const rollbackTo = db.prepare('rollback to work');
const commit = db.prepare('commit');
const rollback = db.prepare('rollback');

function outcomeOf(id: number, error: unknown): WriterAnswer {
  if (error instanceof Conflict) return { id, outcome: 'conflict', about: error.about };
  if (error instanceof Database.SqliteError) {
    if (error.code === 'SQLITE_CONSTRAINT_UNIQUE' || error.code === 'SQLITE_CONSTRAINT_PRIMARYKEY') {
      return { id, outcome: 'conflict', about: error.message };
    }
    if (/^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|NOMEM|CORRUPT|NOTADB)/.test(error.code)) {
      return { id, outcome: 'unavailable', message: `${error.code}: ${error.message}` };
    }
  }
  return { id, outcome: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** What was undone with the whole transaction may succeed another time, whatever undid it. */
function undone(id: number, failure: unknown): WriterAnswer {
  const answer = outcomeOf(id, failure);
  return answer.outcome === 'unavailable' ? answer : { id, outcome: 'unavailable', message: String(failure) };
}

/** What has come of works whose end has not. */
const begun = new Map<number, PackedWork[]>();
let queue: { id: number; works: PackedWork[] }[] = [];
let waitingSince: number | null = null;
let scheduled = false;

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setImmediate(drain);
}

function drain(): void {
  scheduled = false;
  if (queue.length === 0) return;
  try {
    begin.run();
  } catch (error) {
    const busy = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
    waitingSince ??= Date.now();
    if (busy && Date.now() - waitingSince < LOCK_PATIENCE_MS) {
      scheduled = true;
      setTimeout(drain, LOCK_PAUSE_MS);
      return;
    }
    waitingSince = null;
    const waiting = queue;
    queue = [];
    for (const { id } of waiting) port.postMessage(outcomeOf(id, error));
    return;
  }
  waitingSince = null;
  const together = queue;
  queue = [];
  const answers: WriterAnswer[] = [];
  for (const { id, works } of together) {
    savepoint.run();
    try {
      const committed = run(works);
      release.run();
      answers.push({ id, outcome: 'done', ...committed });
    } catch (error) {
      answers.push(outcomeOf(id, error));
      // A full disk may have undone the whole transaction already.
      if (!db.inTransaction) break;
      rollbackTo.run();
      release.run();
    }
  }
  let failure: unknown = null;
  try {
    if (db.inTransaction) commit.run();
    else failure = new Error('the database undid the transaction');
  } catch (error) {
    failure = error;
    if (db.inTransaction) rollback.run();
  }
  // None is told before its own is on disk.
  together.forEach(({ id }, index) => {
    const answer = answers[index];
    if (failure === null && answer) port.postMessage(answer);
    else if (answer && answer.outcome !== 'done') port.postMessage(answer);
    else port.postMessage(undone(id, failure));
  });
  checkpoint();
}

/** Into the file itself, once whoever waited has been answered: after a large commit it takes longer than the commit. */
function checkpoint(): void {
  if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) < CHECKPOINT_BYTES) return;
  quietly(() => db.pragma('wal_checkpoint(PASSIVE)'));
}

/** This process's row; what keeps it from being written keeps other writes too, and they say so. */
function quietly(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
  }
}

port.on('message', (request: WriterRequest) => {
  const done: WriterAnswer = { id: request.id, outcome: 'done', rows: [], heads: new Map() };
  if ('beat' in request) {
    quietly(() => db.transaction(register).immediate(db));
    // Into the file itself, so that a copy without the WAL tells that one was there.
    quietly(() => db.pragma('wal_checkpoint(PASSIVE)'));
    port.postMessage(done);
    return;
  }
  if ('close' in request) {
    drain();
    quietly(() => db.transaction(leave).immediate(db));
    db.close();
    port.postMessage(done);
    port.close();
    return;
  }
  if ('part' in request) {
    begun.set(request.id, [...(begun.get(request.id) ?? []), request.part]);
    return;
  }
  const parts = begun.get(request.id) ?? [];
  begun.delete(request.id);
  if (parts.length !== request.parts) {
    // An earlier thread took the others with it.
    port.postMessage({ id: request.id, outcome: 'unavailable', message: 'the writer was replaced' } satisfies WriterAnswer);
    return;
  }
  queue.push({ id: request.id, works: [...parts, request.work] });
  schedule();
});
