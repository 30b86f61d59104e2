/**
 * The heads of the trail's chains, kept outside the database: a lower bound that the database is held against. Each
 * process appends to a file of its own what it has committed, before anyone hears of it; so a lost tail (half a WAL, an
 * older copy put in place) is noticed, which the database itself cannot.
 */
import {
  closeSync,
  existsSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { ChainHead } from './trail-chain.js';

export interface Bound extends ChainHead {
  /** When it was committed. A restored database starts anew: older bounds no longer hold. */
  at: string;
}

export type Bounds = Map<string, Bound>;

const SUFFIX = '.heads';
/** What has not been written to for so long belongs to a process that has ended. */
const LEFT_BEHIND_MS = 60 * 60_000;
/** So many entries of a chain are remembered; commits are not heard of in another order by more. */
const RECENT = 64;
const COMPACT_BYTES = 1024 * 1024;

/** Empty where another process has just taken the file over. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new Error(`${path}, known heads of the trails, cannot be read: ${String(error)}`, { cause: error });
  }
}

function readFile(path: string, bounds: Bounds): void {
  for (const line of textOf(path).split('\n')) {
    const [at, unitId, seq, mac] = line.split(' ');
    // The last line may have been cut off by a power cut.
    if (!at || !unitId || !mac || mac.length !== 43) continue;
    const held = bounds.get(unitId);
    if (!held || held.seq < Number(seq)) bounds.set(unitId, { at, seq: Number(seq), mac });
  }
}

/** The highest known head of each unit. */
export function readBounds(folder: string): Bounds {
  const bounds: Bounds = new Map();
  if (!existsSync(folder)) return bounds;
  for (const name of readdirSync(folder)) if (name.endsWith(SUFFIX)) readFile(join(folder, name), bounds);
  return bounds;
}

const lineOf = (unitId: string, { at, seq, mac }: Bound): string => `${at} ${unitId} ${seq} ${mac}\n`;

function writeDurably(path: string, text: string): void {
  const file = openSync(`${path}.new`, 'w', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}

/** The file of one process. */
export class HeadsFile {
  readonly #path: string;
  readonly #bounds: Bounds = new Map();
  /** MACs of the newest entries of each unit, by place. */
  readonly #recent = new Map<string, Map<number, string>>();
  #file: number | null = null;
  #bytes = 0;
  #unsynced = false;

  constructor(
    readonly folder: string,
    instance: string,
  ) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new Error(`the folder of the heads, ${folder}, cannot be made (INSERVICE_HEADS): ${String(error)}`, { cause: error });
    }
    this.#path = join(folder, `${instance}${SUFFIX}`);
  }

  /**
   * A chain that comes to a place a second time, with another entry, was cut off while this process was writing to it.
   * @throws Error
   */
  #refuseFork(unitId: string, { seq, mac }: ChainHead): void {
    const recent = this.#recent.get(unitId) ?? new Map<number, string>();
    this.#recent.set(unitId, recent);
    const newest = this.#bounds.get(unitId)?.seq ?? 0;
    const held = recent.get(seq);
    if ((held !== undefined && held !== mac) || seq <= newest - RECENT)
      throw new Error(
        `the trail of unit ${unitId} was cut off before entry ${seq}, which was acknowledged before; nothing more is written`,
      );
    recent.set(seq, mac);
    if (recent.size > RECENT) recent.delete(recent.keys().next().value!);
  }

  /** Not synced: the database is ahead of it, never behind. What cannot be written only makes the bound weaker. */
  note(heads: ReadonlyMap<string, ChainHead>, at: string): void {
    let lines = '';
    for (const [unitId, head] of heads) {
      this.#refuseFork(unitId, head);
      const bound = { at, ...head };
      // Of two commits to one chain, the later may be heard of first.
      if ((this.#bounds.get(unitId)?.seq ?? 0) < head.seq) this.#bounds.set(unitId, bound);
      lines += lineOf(unitId, bound);
    }
    if (lines === '') return;
    try {
      this.#file ??= this.#open();
      writeFileSync(this.#file, lines);
      this.#bytes += lines.length;
      this.#unsynced = true;
    } catch {
      this.#bytes = COMPACT_BYTES;
    }
  }

  /** Every minute and at the end: on disk, and one line a unit. */
  seal(): void {
    if (!this.#unsynced && this.#bytes < COMPACT_BYTES) return;
    try {
      // A process that started later may have taken this file over.
      if (this.#file === null || this.#bytes >= COMPACT_BYTES || !existsSync(this.#path)) this.#rewrite();
      else fsyncSync(this.#file);
      this.#unsynced = false;
    } catch {
      // Again in a minute.
    }
  }

  /** Takes over what ended processes left; what a database restored at `since` no longer holds is dropped. */
  takeOver(since: string | null): void {
    try {
      this.#takeOver(since);
    } catch {
      // What is left stands there all the same, and is taken over another time.
    }
  }

  #takeOver(since: string | null): void {
    const names = readdirSync(this.folder).filter((name) => name.endsWith(SUFFIX));
    const left = names
      .map((name) => join(this.folder, name))
      .filter((path) => path !== this.#path && (since !== null || Date.now() - statSync(path).mtimeMs > LEFT_BEHIND_MS));
    if (left.length === 0) return;
    const bounds: Bounds = new Map();
    for (const path of left) readFile(path, bounds);
    for (const [unitId, bound] of bounds) {
      const held = this.#bounds.get(unitId);
      if ((since === null || bound.at > since) && (!held || held.seq < bound.seq)) this.#bounds.set(unitId, bound);
    }
    this.#rewrite();
    for (const path of left) rmSync(path, { force: true });
  }

  close(): void {
    if (this.#bytes === 0) return;
    try {
      this.#rewrite();
    } catch {
      // What has been appended stands there all the same.
    }
  }

  /** Of the folder's owner, so that a command of root does not shut the server out. */
  #open(): number {
    const file = openSync(this.#path, 'a', 0o600);
    const { uid, gid } = statSync(this.folder);
    if (process.getuid?.() === 0) fchownSync(file, uid, gid);
    return file;
  }

  #rewrite(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
    const text = [...this.#bounds].map(([unitId, bound]) => lineOf(unitId, bound)).join('');
    writeDurably(this.#path, text);
    this.#bytes = text.length;
    this.#unsynced = false;
  }
}
