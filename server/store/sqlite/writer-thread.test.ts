/** A unit of work so large that it is sent in parts; the writer runs the first ones while the next are prepared. */
import Database from 'better-sqlite3';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as breath } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Statement } from '../drizzle/driver.js';
import type { TrailDraft } from '../records.js';
import { sqliteStore } from './index.js';
import { secretsOfTests } from '../../testing/store-secrets.js';
import { WriterThread } from './writer-thread.js';

const MANY = 8_000;

let folder: string;
let file: string;
let writer: WriterThread;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'inservice-writer-'));
  file = join(folder, 'kit.sqlite');
  const trailKey = randomBytes(32);
  await (await sqliteStore({ file })(secretsOfTests(trailKey))).close();
  writer = new WriterThread({ file, trailKey });
  await writer.start();
});
afterEach(async () => {
  await writer.close();
  rmSync(folder, { recursive: true, force: true });
});

const insertColumns = (unitId: string): Statement => ({
  sql: 'insert into import_columns (unit_id, columns, updated_at) values (?, ?, ?)',
  params: [unitId, '[]', ''],
  conflictName: null,
  requiredRows: 0,
  locksRows: false,
});
const conflict: Statement = {
  sql: 'select id from units where id = ?',
  params: ['nobody'],
  conflictName: 'path',
  requiredRows: 1,
  locksRows: true,
};
const auditEntry = (id: string): TrailDraft => ({
  id,
  unitId: 'u',
  at: '',
  actor: null,
  action: 'import.commit',
  target: { type: 'import', id, name: null },
  outcome: 'done',
  reason: null,
  before: null,
  after: null,
  from: null,
  requestId: null,
});

function* inserts(from: number, count: number): Generator<Statement> {
  for (let index = from; index < from + count; index++) yield insertColumns(`u${index}`);
}

function countRows(table: 'import_columns' | 'trail'): number {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare(`select count(*) from ${table}`).pluck().get() as number;
  } finally {
    db.close();
  }
}

describe('a large unit of work', () => {
  it('is one transaction, with its audit entries in one chain', async () => {
    const trail = Array.from({ length: MANY }, (_, index) => auditEntry(`l${index}`));
    const { heads } = await writer.commit({ statements: inserts(0, MANY), trail });
    expect([countRows('import_columns'), countRows('trail'), heads.get('u')?.seq]).toEqual([MANY, MANY, MANY]);
  });

  it('is prepared while its first parts run, and other writes come after it', async () => {
    const order: string[] = [];
    const large = writer
      .commit({
        statements: (function* () {
          yield* inserts(0, MANY);
          order.push('prepared');
        })(),
        trail: [],
      })
      .then(() => order.push('large'));
    const small = breath().then(() => writer.commit({ statements: [insertColumns('small')], trail: [] }).then(() => order.push('small')));
    await Promise.all([large, small]);
    expect(order).toEqual(['prepared', 'large', 'small']);
    expect(countRows('import_columns')).toBe(MANY + 1);
  });

  it('requests its end after all its statements', async () => {
    const order: string[] = [];
    const statements = (function* () {
      yield* inserts(0, MANY);
      order.push('prepared');
    })();
    const trail: TrailDraft[] = [];
    const end = async () => {
      order.push('end');
      await breath();
      trail.push(auditEntry('last'));
      return [insertColumns('end')];
    };
    await writer.commit({ statements, end, trail });
    expect(order).toEqual(['prepared', 'end']);
    expect([countRows('import_columns'), countRows('trail')]).toEqual([MANY + 1, 1]);
  });

  it('writes nothing where its end throws, and other writes continue', async () => {
    const end = async (): Promise<Statement[]> => {
      await breath();
      throw new Error('no end');
    };
    await expect(writer.commit({ statements: inserts(0, MANY), end, trail: [auditEntry('l')] })).rejects.toThrow('no end');
    await writer.commit({ statements: [insertColumns('small')], trail: [] });
    expect([countRows('import_columns'), countRows('trail')]).toEqual([1, 0]);
  });

  it.each([
    ['at its beginning', 0],
    ['in its middle', MANY / 2],
    ['at its end', MANY],
  ])('writes nothing after a conflict %s, and waiting writes continue', async (_where, position) => {
    const statements = [...inserts(0, position), conflict, ...inserts(position, MANY - position)];
    const large = writer.commit({ statements, trail: [auditEntry('l')] });
    const small = breath().then(() => writer.commit({ statements: [insertColumns('small')], trail: [] }));
    await expect(large).rejects.toMatchObject({ subject: 'path' });
    await small;
    expect([countRows('import_columns'), countRows('trail')]).toEqual([1, 0]);
  });

  it('writes nothing where one of its statements throws, and other writes continue', async () => {
    const statements = (function* () {
      yield* inserts(0, MANY);
      throw new Error('no value for "name"');
    })();
    await expect(writer.commit({ statements, trail: [] })).rejects.toThrow('no value');
    await writer.commit({ statements: [insertColumns('small')], trail: [] });
    expect(countRows('import_columns')).toBe(1);
  });

  it('waits for a lock of another process', async () => {
    const other = new Database(file);
    other.exec('begin immediate');
    setTimeout(() => other.exec('commit'), 400);
    await writer.commit({ statements: inserts(0, MANY), trail: [auditEntry('l')] });
    other.close();
    expect([countRows('import_columns'), countRows('trail')]).toEqual([MANY, 1]);
  });

  it('writes nothing where the store is closed meanwhile', async () => {
    const large = writer.commit({ statements: inserts(0, MANY), trail: [] });
    await breath();
    const refused = expect(large).rejects.toMatchObject({ code: 'unavailable' });
    await writer.close();
    await refused;
    expect(countRows('import_columns')).toBe(0);
  });

  it('does not prevent the heartbeat of its process', async () => {
    const large = writer.commit({ statements: inserts(0, MANY), trail: [] });
    await breath();
    await writer.recordHeartbeat();
    await large;
    const db = new Database(file, { readonly: true });
    expect(db.prepare('select pid from instances').pluck().all()).toEqual([process.pid]);
    db.close();
  });
});
