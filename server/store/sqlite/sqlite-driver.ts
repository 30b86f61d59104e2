import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { getTableName } from 'drizzle-orm';
import { existsSync, statSync } from 'node:fs';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { built } from '../../platform/built.js';
import type { Database as DrizzleDatabase, Driver, Row, Snapshot, TableName, TableOfUnits } from '../drizzle/driver.js';
import type { DriverOptions } from '../drizzle/open.js';
import { rowCodec, slicesById, SNAPSHOT_SLICE } from '../drizzle/rows.js';
import { openConnection, openReader } from './connection.js';
import { CHECKED_AT_START_BYTES, createFile, inspectFile, RESTORE_OR_ADOPT, RESTORE_OR_START_EMPTY } from './file.js';
import { migrate } from './migrate.js';
import { tables } from './tables.js';
import { unavailable, WriterThread } from './writer-thread.js';

/** Opens a file. To serve, it migrates the file and starts the writer; to inspect, it only reads. */
export async function sqliteDriver(file: string, trailKey: Buffer, { purpose, expected }: DriverOptions): Promise<Driver> {
  if (!existsSync(file)) {
    if (purpose === 'inspect') throw new Error(`there is no database at ${file}`);
    if (expected) throw new Error(`${file} is missing, but heads of its trails are known. ${RESTORE_OR_START_EMPTY}`);
    createFile(file);
  }
  const { needsMigration, walIsMissing } = inspectFile(file);
  if (purpose === 'inspect' && needsMigration)
    throw new Error(`${file} has an older schema; migrate it to that of this version: inservice-kit migrate`);
  const reader = openReader(file);
  let writer: WriterThread | null = null;
  let damage: string | null = null;
  const openWriter = (): WriterThread => {
    if (damage !== null) throw unavailable(damage);
    if (!writer) throw new Error('the database was opened to inspect: it cannot be written to');
    return writer;
  };

  return {
    db: drizzle(reader) as unknown as DrizzleDatabase,
    tables,
    isEmpty: false,
    suspectedLoss: walIsMissing ? `${file}: its WAL (${file}-wal) is missing, so the newest writes may be lost. ${RESTORE_OR_ADOPT}` : null,
    toPortError,
    async migrateAndOpenWriter() {
      writer = await startWriter(file, trailKey);
      if (statSync(file).size > CHECKED_AT_START_BYTES) checkInBackground(file, (found) => (damage = found));
    },
    commit: async (work) => openWriter().commit(work),
    commitInOneTransaction: async (works) => openWriter().commitInOneTransaction(works),
    recordHeartbeat: async () => writer?.recordHeartbeat(),
    async checkIntegrity() {
      const pages = reader.pragma('integrity_check') as { integrity_check: string }[];
      return pages.map(({ integrity_check: message }) => message).filter((message) => message !== 'ok');
    },
    snapshot: async () => snapshot(file),
    fill: (contents) => fill(file, contents),
    async close() {
      // The writer closes last, because the last connection removes the WAL.
      reader.close();
      await writer?.close();
    },
  };
}

async function startWriter(file: string, trailKey: Buffer): Promise<WriterThread> {
  const first = openConnection(file);
  try {
    migrate(first, file);
  } finally {
    first.close();
  }
  const writer = new WriterThread({ file, trailKey });
  await writer.start();
  await writer.recordHeartbeat();
  return writer;
}

function toPortError(error: unknown): Error {
  if (error instanceof Database.SqliteError && /^SQLITE_(BUSY|IOERR|FULL|READONLY|CANTOPEN|NOMEM|CORRUPT|NOTADB)/.test(error.code))
    return unavailable(`${error.code}: ${error.message}`);
  return error instanceof Error ? error : new Error(String(error));
}

/** Checks the pages of a large file while the server runs; damage stops all writes. */
function checkInBackground(file: string, onDamage: (damage: string) => void): void {
  const worker = new Worker(built('server/store/sqlite/page-check.js'), { workerData: file });
  worker.once('message', onDamage);
  worker.once('error', () => undefined);
  worker.unref();
}

/** A read transaction on its own connection, which does not see later writes. */
function snapshot(file: string): Snapshot {
  const db = openReader(file);
  db.exec('begin');
  db.prepare('select count(*) from units').get();
  return {
    async *rows(name: TableName) {
      const codec = rowCodec(tables, name);
      const rows = db
        .prepare(`select ${codec.columns.join(', ')} from ${getTableName(tables[name])} order by 1, 2`)
        .iterate() as IterableIterator<Row>;
      let slice: Row[] = [];
      for (const row of rows) {
        if (slice.push(codec.read(row)) < SNAPSHOT_SLICE) continue;
        yield slice;
        slice = [];
        await yieldToEventLoop();
      }
      if (slice.length > 0) yield slice;
    },
    async *rowsOfUnit(name: TableOfUnits, unitId: string) {
      const codec = rowCodec(tables, name);
      const read = db.prepare(
        `select ${codec.columns.join(', ')} from ${getTableName(tables[name])} where unit_id = ? and id > ? order by id limit ${SNAPSHOT_SLICE}`,
      );
      yield* slicesById(async (after) => (read.all(unitId, after) as Row[]).map(codec.read));
    },
    async close() {
      db.close();
    },
  };
}

async function fill(file: string, contents: AsyncIterable<{ table: TableName; rows: Row[] }>): Promise<void> {
  const db = openConnection(file);
  try {
    db.exec('begin immediate');
    if (db.prepare('select 1 from units limit 1').get())
      throw new Error(`${file} is not empty. Nothing was written; restore into an empty database.`);
    for await (const { table, rows } of contents) {
      const codec = rowCodec(tables, table);
      const insert = db.prepare(
        `insert into ${getTableName(tables[table])} (${codec.columns.join(', ')}) values (${codec.columns.map(() => '?').join(', ')})`,
      );
      for (const row of rows) insert.run(...codec.write(row));
    }
    db.exec('commit');
  } finally {
    if (db.inTransaction) db.exec('rollback');
    db.close();
  }
}
