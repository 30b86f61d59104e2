import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addKeys, dropKeys, fileKeys, promoteKeys } from './keys.js';

interface Ring {
  current: string;
  keys: Record<string, string>;
}
interface KeyFile {
  version: number;
  fields: Ring;
  lookup: Ring;
  trail: string;
}

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inservice-keys-'));
  path = join(folder, 'kit.keys');
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

const readFile = (): KeyFile => JSON.parse(readFileSync(path, 'utf8')) as KeyFile;
const ids = (ring: Ring): string[] => Object.keys(ring.keys);
const changeFile = (change: (file: KeyFile) => unknown): void => {
  const file = readFile();
  change(file);
  writeFileSync(path, JSON.stringify(file));
};

describe('the key file', () => {
  it('is created with a key of 32 bytes in each ring, which only its owner may read', () => {
    path = join(folder, 'new', 'folder', 'kit.keys');
    const keys = fileKeys(path);
    const file = readFile();
    expect(file.version).toBe(1);
    expect(ids(file.fields)).toEqual([expect.stringMatching(/^f[0-9a-f]{8}$/)]);
    expect(ids(file.lookup)).toEqual([expect.stringMatching(/^l[0-9a-f]{8}$/)]);
    expect([file.fields.current, file.lookup.current]).toEqual([ids(file.fields)[0], ids(file.lookup)[0]]);
    const all = [keys.fields.keys[keys.fields.current]!, keys.lookup.keys[keys.lookup.current]!, keys.trail];
    expect(all.map(({ length }) => length)).toEqual([32, 32, 32]);
    expect(new Set(all.map((key) => key.toString('hex'))).size).toBe(3);
    const inFile = [file.fields.keys[file.fields.current], file.lookup.keys[file.lookup.current], file.trail];
    expect(all.map((key) => key.toString('base64'))).toEqual(inFile);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'new', 'folder'))).toEqual(['kit.keys']);
    expect(readFileSync(path, 'utf8')).toMatch(/^\{\n {2}"version": 1,.*\}\n$/s);
  });

  it.skipIf(process.platform === 'win32')('is refused where others may read it or its group may change it', () => {
    fileKeys(path);
    for (const mode of [0o604, 0o602, 0o620, 0o644, 0o666]) {
      chmodSync(path, mode);
      expect(() => fileKeys(path), mode.toString(8)).toThrow(/can be read by others.*chmod 600/);
    }
    for (const mode of [0o600, 0o400, 0o640, 0o440]) {
      chmodSync(path, mode);
      expect(fileKeys(path).trail, mode.toString(8)).toHaveLength(32);
    }
  });

  it('is removed again only by the process that has just created it', () => {
    const [created, read] = [fileKeys(path), fileKeys(path)];
    expect([read.discardNew?.(), existsSync(path)]).toEqual([null, true]);
    expect([created.discardNew?.(), existsSync(path)]).toEqual([path, false]);
  });

  it('is not changed where it exists', () => {
    const first = fileKeys(path);
    const second = fileKeys(path);
    expect(second.trail).toEqual(first.trail);
    expect(second.fields).toEqual(first.fields);
  });

  it('is refused where it cannot be read, or where a key is missing or too short', () => {
    writeFileSync(path, 'not JSON', { mode: 0o600 });
    expect(() => fileKeys(path)).toThrow(
      /^the key file .*kit\.keys cannot be read: SyntaxError.*Put the installation's key file in its place\.$/s,
    );
    rmSync(path);
    fileKeys(path);
    const content = readFileSync(path);
    const refusal = (change: (file: KeyFile) => unknown): string => {
      writeFileSync(path, content, { mode: 0o600 });
      changeFile(change);
      try {
        fileKeys(path);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(refusal((file) => (file.trail = 'c2hvcnQ='))).toBe('the key "trail" must be 32 bytes in base64');
    expect(refusal((file) => Reflect.deleteProperty(file, 'trail'))).toBe('the key "trail" must be 32 bytes in base64');
    expect(refusal((file) => (file.fields.keys['f0'] = 'c2hvcnQ='))).toBe('the key "fields.f0" must be 32 bytes in base64');
    expect(refusal((file) => (file.lookup.keys['l0'] = 7 as unknown as string))).toBe('the key "lookup.l0" must be 32 bytes in base64');
    expect(refusal((file) => (file.lookup.current = 'lost'))).toBe('the key file names no current key in "lookup"');
    expect(refusal((file) => Reflect.deleteProperty(file, 'fields'))).toBe('the key file names no current key in "fields"');
    expect(refusal((file) => Reflect.deleteProperty(file.fields, 'keys'))).toBe('the key file names no current key in "fields"');
  });
});

describe('a rotation of keys', () => {
  it('first adds one key to each ring, and still uses the old ones', () => {
    const before = fileKeys(path).fields.current;
    addKeys(path);
    const added = readFile();
    expect([ids(added.fields), ids(added.lookup)]).toEqual([
      [before, expect.stringMatching(/^f[0-9a-f]{8}$/)],
      [added.lookup.current, expect.stringMatching(/^l[0-9a-f]{8}$/)],
    ]);
    expect(added.fields.current).toBe(before);
    addKeys(path);
    expect(readFile()).toEqual(added);
  });

  it('then uses the newest keys, and at last removes the others', () => {
    fileKeys(path);
    addKeys(path);
    const added = readFile();
    promoteKeys(path);
    const promoted = readFile();
    expect([promoted.fields.current, promoted.lookup.current]).toEqual([ids(added.fields)[1], ids(added.lookup)[1]]);
    expect(promoted.fields.keys).toEqual(added.fields.keys);
    dropKeys(path);
    const dropped = readFile();
    expect([dropped.fields.keys, dropped.lookup.keys]).toEqual([
      { [promoted.fields.current]: promoted.fields.keys[promoted.fields.current] },
      { [promoted.lookup.current]: promoted.lookup.keys[promoted.lookup.current] },
    ]);
    expect(dropped.trail).toBe(added.trail);
    expect(readdirSync(folder)).toEqual(['kit.keys']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is refused without a key file, and creates none', () => {
    for (const change of [addKeys, promoteKeys, dropKeys]) expect(() => change(path)).toThrow('cannot be read');
    expect(existsSync(path)).toBe(false);
  });

  it.runIf(process.getuid?.() === 0)('keeps the owner of the file when root runs it', () => {
    fileKeys(path);
    chownSync(path, 65_534, 65_533);
    addKeys(path);
    expect([statSync(path).uid, statSync(path).gid]).toEqual([65_534, 65_533]);
  });

  it('is noticed by a running server within a second', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const keys = fileKeys(path);
    const [fields, lookup] = [keys.fields.current, keys.lookup.current];
    addKeys(path);
    promoteKeys(path);
    vi.advanceTimersByTime(999);
    expect([keys.fields.current, keys.lookup.current]).toEqual([fields, lookup]);
    vi.advanceTimersByTime(1);
    expect(keys.fields.current).not.toBe(fields);
    expect(keys.lookup.current).not.toBe(lookup);
  });

  it('is noticed although the clock of the server was set back', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const keys = fileKeys(path);
    const before = keys.lookup.current;
    addKeys(path);
    promoteKeys(path);
    vi.setSystemTime(Date.now() - 60_000);
    expect(keys.lookup.current).not.toBe(before);
  });

  it('does not stop a running server where the file is missing or invalid; the server uses the file again when it is back', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const keys = fileKeys(path);
    const ringBefore = keys.fields;
    const content = readFileSync(path);
    rmSync(path);
    vi.advanceTimersByTime(1_000);
    expect(keys.fields).toEqual(ringBefore);
    writeFileSync(path, '{', { mode: 0o600 });
    vi.advanceTimersByTime(1_000);
    expect(keys.fields).toEqual(ringBefore);
    expect(() => keys.refresh!()).toThrow('cannot be read');
    writeFileSync(path, content, { mode: 0o600 });
    addKeys(path);
    promoteKeys(path);
    vi.advanceTimersByTime(1_000);
    expect(keys.fields.current).not.toBe(ringBefore.current);
  });
});
