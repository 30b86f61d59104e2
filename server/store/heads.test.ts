import { appendFileSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HeadsFile, readKnownHeads } from './heads.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inservice-heads-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const MAC = 'x'.repeat(43);
const heads = (unitId: string, seq: number) => new Map([[unitId, { seq, mac: MAC }]]);
const AT = '2026-08-01T00:00:00.000Z';

it('reads the newest head of each unit from all files, also of running processes and out of order', () => {
  const [one, two] = [new HeadsFile(folder, 'one'), new HeadsFile(folder, 'two')];
  one.note(heads('a', 2), AT);
  one.note(heads('a', 1), AT);
  two.note(heads('a', 3), AT);
  two.note(heads('b', 1), AT);
  expect([...readKnownHeads(folder)].map(([unitId, { seq }]) => `${unitId}${seq}`).sort()).toEqual(['a3', 'b1']);
  one.close();
  two.close();
  expect(readKnownHeads(folder).get('a')?.seq).toBe(3);
});

it('refuses a chain that reaches a sequence number again with another entry', () => {
  const file = new HeadsFile(folder, 'one');
  for (let seq = 1; seq < 100; seq++) file.note(heads('a', seq), AT);
  expect(() => file.note(new Map([['a', { seq: 80, mac: 'y'.repeat(43) }]]), AT)).toThrow(/has lost entry 80/);
  expect(() => file.note(heads('a', 10), AT)).toThrow(/has lost entry 10/);
  // Concurrent commits may be noted out of order.
  file.note(heads('a', 102), AT);
  file.note(heads('a', 101), AT);
  expect(readKnownHeads(folder).get('a')?.seq).toBe(102);
});

it('ignores a line that a power cut left incomplete', () => {
  const file = new HeadsFile(folder, 'one');
  file.note(heads('a', 5), AT);
  appendFileSync(join(folder, 'one.heads'), `${AT} a 6 ${MAC.slice(0, 20)}`);
  expect(readKnownHeads(folder).get('a')?.seq).toBe(5);
});

it('rewrites a file that has grown with one line per unit', () => {
  const file = new HeadsFile(folder, 'one');
  for (let seq = 1; seq < 12_000; seq++) file.note(heads('0123456789-0123456789-0123456789', seq), AT);
  file.sync();
  file.note(heads('b', 1), AT);
  file.close();
  expect(readKnownHeads(folder).get('0123456789-0123456789-0123456789')?.seq).toBe(11_999);
  expect(readdirSync(folder)).toEqual(['one.heads']);
});

it('takes over the files of ended processes, and drops heads from before a restore', () => {
  for (const [name, line] of [
    ['old', `${AT} a 9 ${MAC}`],
    ['new', `2026-09-01T00:00:00.000Z b 2 ${MAC}`],
  ] as const)
    writeFileSync(join(folder, `${name}.heads`), `${line}\n`);
  utimesSync(join(folder, 'old.heads'), 0, 0);
  new HeadsFile(folder, 'three').takeOver(null);
  expect(readdirSync(folder).sort()).toEqual(['new.heads', 'three.heads']);
  expect(readKnownHeads(folder).size).toBe(2);
  new HeadsFile(folder, 'four').takeOver('2026-08-15T00:00:00.000Z');
  expect([...readKnownHeads(folder).keys()]).toEqual(['b']);
});

it('writes its file again after another process took it over', () => {
  const idle = new HeadsFile(folder, 'idle');
  idle.note(heads('a', 1), AT);
  rmSync(join(folder, 'idle.heads'));
  idle.note(heads('a', 2), AT);
  idle.sync();
  expect(readKnownHeads(folder).get('a')?.seq).toBe(2);
});
