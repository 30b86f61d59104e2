/** A work so large that it crosses in parts, of which the writer runs the first while the next are made. */
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
import { WriterThread } from './writer-thread.js';

const MANY = 8_000;

let folder: string;
let file: string;
let writer: WriterThread;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'inservice-writer-'));
  file = join(folder, 'kit.sqlite');
  const trailKey = randomBytes(32);
  await (await sqliteStore({ file })({ trailKey })).close();
  writer = new WriterThread({ file, trailKey });
  await writer.start();
});
afterEach(async () => {
  await writer.close();
  rmSync(folder, { recursive: true, force: true });
});

const remember = (unitId: string): Statement => ({
  sql: 'insert into import_columns (unit_id, columns, updated_at) values (?, ?, ?)',
  params: [unitId, '[]', ''],
  about: null,
  rows: 0,
  holds: false,
});
const conflict: Statement = { sql: 'select id from units where id = ?', params: ['nobody'], about: 'path', rows: 1, holds: true };
const line = (id: string): TrailDraft => ({
  ...{ id, unitId: 'u', at: '', actor: null, action: 'import.commit', target: { type: 'import', id, name: null }, outcome: 'done' },
  ...{ reason: null, before: null, after: null, from: null, requestId: null },
});

function* remembered(from: number, count: number): Generator<Statement> {
  for (let at = from; at < from + count; at++) yield remember(`u${at}`);
}

function counted(table: 'import_columns' | 'trail'): number {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare(`select count(*) from ${table}`).pluck().get() as number;
  } finally {
    db.close();
  }
}

describe('a large work', () => {
  it('is one transaction, with its lines in one chain', async () => {
    const trail = Array.from({ length: MANY }, (_, at) => line(`l${at}`));
    const { heads } = await writer.commit({ statements: remembered(0, MANY), trail });
    expect([counted('import_columns'), counted('trail'), heads.get('u')?.seq]).toEqual([MANY, MANY, MANY]);
  });

  it('is made while its first parts are run, and others’ writes come after it', async () => {
    const order: string[] = [];
    const large = writer
      .commit({
        statements: (function* () {
          yield* remembered(0, MANY);
          order.push('made');
        })(),
        trail: [],
      })
      .then(() => order.push('large'));
    const small = breath().then(() => writer.commit({ statements: [remember('small')], trail: [] }).then(() => order.push('small')));
    await Promise.all([large, small]);
    expect(order).toEqual(['made', 'large', 'small']);
    expect(counted('import_columns')).toBe(MANY + 1);
  });

  it('ends with what is made once all the rest is', async () => {
    const order: string[] = [];
    const statements = (function* () {
      yield* remembered(0, MANY);
      order.push('made');
    })();
    const trail: TrailDraft[] = [];
    const end = async () => {
      order.push('end asked for');
      await breath();
      trail.push(line('last'));
      return [remember('end')];
    };
    await writer.commit({ statements, end, trail });
    expect(order).toEqual(['made', 'end asked for']);
    expect([counted('import_columns'), counted('trail')]).toEqual([MANY + 1, 1]);
  });

  it('whose end cannot be made leaves nothing, and others go on', async () => {
    const end = async (): Promise<Statement[]> => {
      await breath();
      throw new Error('no end');
    };
    await expect(writer.commit({ statements: remembered(0, MANY), end, trail: [line('l')] })).rejects.toThrow('no end');
    await writer.commit({ statements: [remember('small')], trail: [] });
    expect([counted('import_columns'), counted('trail')]).toEqual([1, 0]);
  });

  it.each([
    ['at its beginning', 0],
    ['in its middle', MANY / 2],
    ['at its end', MANY],
  ])('that conflicts %s leaves nothing, and those that waited are done', async (_where, at) => {
    const statements = [...remembered(0, at), conflict, ...remembered(at, MANY - at)];
    const large = writer.commit({ statements, trail: [line('l')] });
    const small = breath().then(() => writer.commit({ statements: [remember('small')], trail: [] }));
    await expect(large).rejects.toMatchObject({ subject: 'path' });
    await small;
    expect([counted('import_columns'), counted('trail')]).toEqual([1, 0]);
  });

  it('that cannot be made to its end leaves nothing, and others go on', async () => {
    const statements = (function* () {
      yield* remembered(0, MANY);
      throw new Error('no value for "name"');
    })();
    await expect(writer.commit({ statements, trail: [] })).rejects.toThrow('no value');
    await writer.commit({ statements: [remember('small')], trail: [] });
    expect(counted('import_columns')).toBe(1);
  });

  it('waits for another process’s lock, and is then done', async () => {
    const other = new Database(file);
    other.exec('begin immediate');
    setTimeout(() => other.exec('commit'), 400);
    await writer.commit({ statements: remembered(0, MANY), trail: [line('l')] });
    other.close();
    expect([counted('import_columns'), counted('trail')]).toEqual([MANY, 1]);
  });

  it('in whose midst the store closes leaves nothing', async () => {
    const large = writer.commit({ statements: remembered(0, MANY), trail: [] });
    await breath();
    const refused = expect(large).rejects.toMatchObject({ code: 'unavailable' });
    await writer.close();
    await refused;
    expect(counted('import_columns')).toBe(0);
  });

  it('does not stand in the way of the sign that this process lives', async () => {
    const large = writer.commit({ statements: remembered(0, MANY), trail: [] });
    await breath();
    await writer.beat();
    await large;
    const db = new Database(file, { readonly: true });
    expect(db.prepare('select pid from instances').pluck().all()).toEqual([process.pid]);
    db.close();
  });
});
