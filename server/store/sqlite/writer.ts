/**
 * The one thread that writes: a queue, one commit for all that waits together, a savepoint for each unit of work. A large
 * one comes in parts and has a transaction to itself, which begins with its first part.
 * So neither an fsync nor a long import nor another process's lock stops anyone's reading.
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
/** A unit of work, or a part of a large one, as it crosses to the thread. */
export interface PackedWork {
  texts: string[];
  statements: [text: number, params: unknown[], about: string | null, rows: number][];
  trail: UnchainedEntry[];
}

/**
 * `parts`: how many of the work have come before it; `dropped`: no more of it will come; `ran`: of which work all that has come
 * is to be run before the answer.
 */
export type WriterRequest =
  | { id: number; work: PackedWork; parts: number }
  | { id: number; part: PackedWork; parts: number }
  | { id: number; dropped: true }
  | { id: number; ran: number }
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

const append = trailAppender(db, key);

const NOTHING: Committed = { rows: [], heads: new Map() };

/** Runs a part, within the transaction under way, after what has come before it. */
function run(before: Committed, { texts, statements, trail }: PackedWork): Committed {
  let { rows } = before;
  const known = texts.map(prepare);
  for (const [text, params, about, due] of statements) {
    const statement = known[text]!;
    rows = statement.reader ? (statement.all(...params) as typeof rows) : [];
    const touched = statement.reader ? rows.length : statement.run(...params).changes;
    if (about !== null && touched < due) throw new Conflict(about);
  }
  return { rows, heads: new Map([...before.heads, ...append(trail)]) };
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

/** Commits; what kept it from that, or null. */
function commitAll(): unknown {
  try {
    if (!db.inTransaction) return new Error('the database undid the transaction');
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
  if (queue.length === 0 || underWay !== null) return;
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
      const committed = works.reduce(run, NOTHING);
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
  const failure = commitAll();
  // None is told before its own is on disk.
  together.forEach(({ id }, index) => {
    const answer = answers[index];
    if (failure === null && answer) port.postMessage(answer);
    else if (answer && answer.outcome !== 'done') port.postMessage(answer);
    else port.postMessage(undone(id, failure));
  });
  checkpoint();
}

/** A work that comes in parts. */
interface Large {
  id: number;
  parts: number;
  /** What has come and was not run. */
  waiting: PackedWork[];
  /** What running the others has come to. */
  committed: Committed;
  refused: WriterAnswer | null;
  /** Since when the transaction has been waited for. */
  waitingSince: number | null;
}

const larges = new Map<number, Large>();
/** The large work that the transaction is for, without a savepoint, which would copy every page. */
let underWay: Large | null = null;

function largeOf(id: number): Large {
  const large = larges.get(id) ?? { id, parts: 0, waiting: [], committed: NOTHING, refused: null, waitingSince: null };
  larges.set(id, large);
  return large;
}

/** Takes what has come; `parts` that have not come went with an earlier thread. */
function take(large: Large, work: PackedWork, parts: number): void {
  if (large.parts !== parts) refuse(large, { id: large.id, outcome: 'unavailable', message: 'the writer was replaced' });
  large.parts++;
  if (large.refused) return;
  large.waiting.push(work);
  advance(large);
}

/** Runs what has come of it, where the transaction is its or can be. */
function advance(large: Large): void {
  if (underWay === null && queue.length === 0 && begins()) underWay = large;
  if (underWay !== large) return;
  try {
    large.committed = large.waiting.splice(0).reduce(run, large.committed);
  } catch (error) {
    refuse(large, outcomeOf(large.id, error));
  }
}

/** Where another process has the lock, it is waited for once the work has come whole. */
function begins(): boolean {
  quietly(() => begin.run());
  return db.inTransaction;
}

function refuse(large: Large, answer: WriterAnswer): void {
  large.refused ??= answer;
  large.waiting = [];
  leaveOff(large);
}

/** Gives the transaction back. */
function leaveOff(large: Large): void {
  if (underWay !== large) return;
  underWay = null;
  if (db.inTransaction) rollback.run();
  schedule();
}

/** Answers once all that has come of a large work has been run, or it has been refused. */
function tellWhenRun(request: Extract<WriterRequest, { ran: number }>): void {
  const large = largeOf(request.ran);
  if (!large.refused) advance(large);
  if (!large.refused && underWay !== large) {
    large.waitingSince ??= Date.now();
    if (Date.now() - large.waitingSince < LOCK_PATIENCE_MS) {
      setTimeout(tellWhenRun, LOCK_PAUSE_MS, request);
      return;
    }
    refuse(large, { id: large.id, outcome: 'unavailable', message: 'somebody else is writing' });
  }
  port.postMessage({ ...(large.refused ?? { outcome: 'done', ...NOTHING }), id: request.id });
}

function finish(large: Large): void {
  const { id, refused, committed, waiting } = large;
  larges.delete(id);
  if (refused) port.postMessage(refused);
  else if (underWay !== large) {
    queue.push({ id, works: waiting });
    schedule();
  } else {
    const failure = commitAll();
    leaveOff(large);
    port.postMessage(failure === null ? ({ id, outcome: 'done', ...committed } satisfies WriterAnswer) : undone(id, failure));
    // Those who have waited come first, and end with it.
    if (queue.length === 0) checkpoint();
  }
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

function hear(request: WriterRequest): void {
  const { id } = request;
  const done: WriterAnswer = { id, outcome: 'done', ...NOTHING };
  if ('beat' in request) {
    if (underWay !== null) {
      setTimeout(hear, LOCK_PAUSE_MS, request);
      return;
    }
    quietly(() => db.transaction(register).immediate(db));
    // Into the file itself, so that a copy without the WAL tells that one was there.
    quietly(() => db.pragma('wal_checkpoint(PASSIVE)'));
    port.postMessage(done);
  } else if ('close' in request) {
    if (underWay !== null) leaveOff(underWay);
    drain();
    quietly(() => db.transaction(unregister).immediate(db));
    db.close();
    port.postMessage(done);
    port.close();
  } else if ('dropped' in request) {
    leaveOff(largeOf(id));
    larges.delete(id);
  } else if ('ran' in request) tellWhenRun(request);
  else if ('part' in request) take(largeOf(id), request.part, request.parts);
  else if (request.parts > 0) {
    const large = largeOf(id);
    take(large, request.work, request.parts);
    finish(large);
  } else {
    queue.push({ id, works: [request.work] });
    schedule();
  }
}

port.on('message', hear);
