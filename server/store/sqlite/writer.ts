/**
 * The writer: the only thread that writes, so that neither an fsync nor a large import nor a lock of another process blocks
 * reads. Units of work that wait at the same time are committed in one transaction (group commit), each in a savepoint. A large
 * unit of work arrives in parts and has its own transaction, which begins with its first part.
 */
import Database from 'better-sqlite3';
import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { Committed } from '../drizzle/driver.js';
import type { UnchainedEntry } from '../trail-chain.js';
import { trailAppender } from './chain.js';
import { openConnection } from './connection.js';
import { register, unregister } from './instances.js';

export interface WriterSettings {
  file: string;
  trailKey: Uint8Array;
}
/** A unit of work, or a part of a large one, as it is sent to the thread. */
export interface PackedWork {
  texts: string[];
  statements: [text: number, params: unknown[], conflictName: string | null, requiredRows: number][];
  trail: UnchainedEntry[];
}

/**
 * `parts`: the number of earlier parts of the work. `dropped`: no more parts will come; the work is rolled back. `awaitRunOf`:
 * the id of a work, all of whose parts so far must have run before the response.
 */
export type WriterRequest =
  | { id: number; work: PackedWork; parts: number }
  | { id: number; part: PackedWork; parts: number }
  | { id: number; dropped: true }
  | { id: number; awaitRunOf: number }
  | { id: number; heartbeat: true }
  | { id: number; close: true };
export type WriterResult = { id: number } & (
  | ({ outcome: 'done' } & Committed)
  | { outcome: 'conflict'; subject: string }
  | { outcome: 'unavailable'; message: string }
  | { outcome: 'failed'; message: string }
);

/** How long the writer waits for a lock of another process before it reports `unavailable`. */
const LOCK_TIMEOUT_MS = 5_000;
const LOCK_RETRY_MS = 20;
/** SQLite's default: a thousand pages. */
const CHECKPOINT_BYTES = 4 * 1024 * 1024;

class Conflict extends Error {
  constructor(readonly subject: string) {
    super(subject);
  }
}

const { file, trailKey } = workerData as WriterSettings;
const key = Buffer.from(trailKey);
const port = parentPort!;
const db = openConnection(file);
// The writer retries by timer instead, so that it still receives messages while it waits for a lock.
db.pragma('busy_timeout = 50');
// An import of 5,000 rows touches this many pages; a smaller cache would evict and reload them.
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

const append = trailAppender(db, key);

const EMPTY_COMMIT: Committed = { rows: [], heads: new Map() };

/** Runs a part within the open transaction; `before` is the result of the parts before it. */
function run(before: Committed, { texts, statements, trail }: PackedWork): Committed {
  let { rows } = before;
  const preparedTexts = texts.map(prepare);
  for (const [text, params, conflictName, requiredRows] of statements) {
    const statement = preparedTexts[text]!;
    rows = statement.reader ? (statement.all(...params) as typeof rows) : [];
    const touched = statement.reader ? rows.length : statement.run(...params).changes;
    if (conflictName !== null && touched < requiredRows) throw new Conflict(conflictName);
  }
  return { rows, heads: new Map([...before.heads, ...append(trail)]) };
}

const begin = db.prepare('begin immediate');
const savepoint = db.prepare('savepoint work');
const release = db.prepare('release work');
const rollbackTo = db.prepare('rollback to work');
const commit = db.prepare('commit');
const rollback = db.prepare('rollback');

function errorResult(id: number, error: unknown): WriterResult {
  if (error instanceof Conflict) return { id, outcome: 'conflict', subject: error.subject };
  if (error instanceof Database.SqliteError) {
    if (error.code === 'SQLITE_CONSTRAINT_UNIQUE' || error.code === 'SQLITE_CONSTRAINT_PRIMARYKEY') {
      return { id, outcome: 'conflict', subject: error.message };
    }
    if (/^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|NOMEM|CORRUPT|NOTADB)/.test(error.code)) {
      return { id, outcome: 'unavailable', message: `${error.code}: ${error.message}` };
    }
  }
  return { id, outcome: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** The result of a work that was rolled back with its whole transaction. It may succeed later, whatever the reason was. */
function rolledBack(id: number, error: unknown): WriterResult {
  const result = errorResult(id, error);
  return result.outcome === 'unavailable' ? result : { id, outcome: 'unavailable', message: String(error) };
}

/** Commits the open transaction. Returns the error where that fails, else null. */
function commitTransaction(): unknown {
  try {
    if (!db.inTransaction) return new Error('the database rolled the transaction back');
    commit.run();
    return null;
  } catch (error) {
    if (db.inTransaction) rollback.run();
    return error;
  }
}

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
  if (queue.length === 0 || active !== null) return;
  try {
    begin.run();
  } catch (error) {
    const busy = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
    waitingSince ??= Date.now();
    if (busy && Date.now() - waitingSince < LOCK_TIMEOUT_MS) {
      scheduled = true;
      setTimeout(drain, LOCK_RETRY_MS);
      return;
    }
    waitingSince = null;
    const waiting = queue;
    queue = [];
    for (const { id } of waiting) port.postMessage(errorResult(id, error));
    return;
  }
  waitingSince = null;
  const group = queue;
  queue = [];
  const results: WriterResult[] = [];
  for (const { id, works } of group) {
    savepoint.run();
    try {
      const committed = works.reduce(run, EMPTY_COMMIT);
      release.run();
      results.push({ id, outcome: 'done', ...committed });
    } catch (error) {
      results.push(errorResult(id, error));
      // For example on a full disk, SQLite may have rolled back the whole transaction.
      if (!db.inTransaction) break;
      rollbackTo.run();
      release.run();
    }
  }
  const commitError = commitTransaction();
  // Results are sent only now, because a write must be on disk before it is acknowledged.
  group.forEach(({ id }, index) => {
    const result = results[index];
    if (commitError === null && result) port.postMessage(result);
    else if (result && result.outcome !== 'done') port.postMessage(result);
    else port.postMessage(rolledBack(id, commitError));
  });
  checkpoint();
}

/** A unit of work that arrives in parts. */
interface LargeWork {
  id: number;
  /** The number of parts that have arrived. */
  parts: number;
  /** Parts that have not been run yet. */
  waiting: PackedWork[];
  /** The result of the parts that have been run. */
  committed: Committed;
  /** Why it failed; further parts are ignored. */
  failed: WriterResult | null;
  /** Since when it waits for its transaction. */
  waitingSince: number | null;
}

const largeWorks = new Map<number, LargeWork>();
/** The large work that has the open transaction. It uses no savepoint, which would copy every page that is changed. */
let active: LargeWork | null = null;

function largeWorkOf(id: number): LargeWork {
  const work = largeWorks.get(id) ?? { id, parts: 0, waiting: [], committed: EMPTY_COMMIT, failed: null, waitingSince: null };
  largeWorks.set(id, work);
  return work;
}

/** `partsBefore` differs from the number of received parts where an earlier writer thread received some of them and ended. */
function receivePart(large: LargeWork, part: PackedWork, partsBefore: number): void {
  if (large.parts !== partsBefore) fail(large, { id: large.id, outcome: 'unavailable', message: 'the writer was replaced' });
  large.parts++;
  if (large.failed) return;
  large.waiting.push(part);
  runWaitingParts(large);
}

/** Runs the waiting parts if the work has the transaction or can begin it. */
function runWaitingParts(large: LargeWork): void {
  if (active === null && queue.length === 0 && tryBegin()) active = large;
  if (active !== large) return;
  try {
    large.committed = large.waiting.splice(0).reduce(run, large.committed);
  } catch (error) {
    fail(large, errorResult(large.id, error));
  }
}

/** Begins a transaction, unless another process holds the lock. The queue waits for the lock when all parts have arrived. */
function tryBegin(): boolean {
  ignoreSqliteErrors(() => begin.run());
  return db.inTransaction;
}

function fail(large: LargeWork, result: WriterResult): void {
  large.failed ??= result;
  large.waiting = [];
  endTransaction(large);
}

/** Rolls back what is not committed, and lets the queue continue. */
function endTransaction(large: LargeWork): void {
  if (active !== large) return;
  active = null;
  if (db.inTransaction) rollback.run();
  schedule();
}

/** Responds when all received parts of a large work have been run, or it has failed. */
function reportWhenRun(request: Extract<WriterRequest, { awaitRunOf: number }>): void {
  const large = largeWorkOf(request.awaitRunOf);
  if (!large.failed) runWaitingParts(large);
  if (!large.failed && active !== large) {
    large.waitingSince ??= Date.now();
    if (Date.now() - large.waitingSince < LOCK_TIMEOUT_MS) {
      setTimeout(reportWhenRun, LOCK_RETRY_MS, request);
      return;
    }
    fail(large, { id: large.id, outcome: 'unavailable', message: 'the database is locked by another writer' });
  }
  port.postMessage({ ...(large.failed ?? { outcome: 'done', ...EMPTY_COMMIT }), id: request.id });
}

function finish(large: LargeWork): void {
  const { id, failed, committed, waiting } = large;
  largeWorks.delete(id);
  if (failed) port.postMessage(failed);
  else if (active !== large) {
    queue.push({ id, works: waiting });
    schedule();
  } else {
    const commitError = commitTransaction();
    endTransaction(large);
    port.postMessage(commitError === null ? ({ id, outcome: 'done', ...committed } satisfies WriterResult) : rolledBack(id, commitError));
    // Works in the queue come first; they end with a checkpoint.
    if (queue.length === 0) checkpoint();
  }
}

/** Copies the WAL into the file. Called after results were sent, because after a large commit it takes longer than the commit. */
function checkpoint(): void {
  if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) < CHECKPOINT_BYTES) return;
  ignoreSqliteErrors(() => db.pragma('wal_checkpoint(PASSIVE)'));
}

/** For actions whose failure may be ignored: if the database cannot be written to, the next write reports it. */
function ignoreSqliteErrors(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
  }
}

function handleRequest(request: WriterRequest): void {
  const { id } = request;
  const done: WriterResult = { id, outcome: 'done', ...EMPTY_COMMIT };
  if ('heartbeat' in request) {
    if (active !== null) {
      setTimeout(handleRequest, LOCK_RETRY_MS, request);
      return;
    }
    ignoreSqliteErrors(() => db.transaction(register).immediate(db));
    // Writes the row into the file itself, so that a copy without the WAL shows that a WAL existed.
    ignoreSqliteErrors(() => db.pragma('wal_checkpoint(PASSIVE)'));
    port.postMessage(done);
  } else if ('close' in request) {
    if (active !== null) endTransaction(active);
    drain();
    ignoreSqliteErrors(() => db.transaction(unregister).immediate(db));
    db.close();
    port.postMessage(done);
    port.close();
  } else if ('dropped' in request) {
    endTransaction(largeWorkOf(id));
    largeWorks.delete(id);
  } else if ('awaitRunOf' in request) reportWhenRun(request);
  else if ('part' in request) receivePart(largeWorkOf(id), request.part, request.parts);
  else if (request.parts > 0) {
    const large = largeWorkOf(id);
    receivePart(large, request.work, request.parts);
    finish(large);
  } else {
    queue.push({ id, works: [request.work] });
    schedule();
  }
}

port.on('message', handleRequest);
