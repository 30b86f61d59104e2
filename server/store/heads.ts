/**
 * The heads files: the chain heads of the trail, stored outside the database. They are a lower bound for the database, so a
 * loss of its newest entries (half a WAL, an older copy put in place) is detected, which the database alone cannot. Each
 * process appends to its own file what it has committed, before it acknowledges the write.
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

export interface KnownHead extends ChainHead {
  /** When it was committed. Known heads from before a restore are no longer valid. */
  at: string;
}

export type KnownHeads = Map<string, KnownHead>;

const SUFFIX = '.heads';
/** A file that was not written to for this long belongs to a process that has ended. */
const ABANDONED_MS = 60 * 60_000;
/** How many entries of a chain are remembered. Notes of commits may arrive out of order, by fewer entries than this. */
const RECENT_ENTRIES = 64;
const COMPACT_BYTES = 1024 * 1024;

/** The content of a file; empty where another process has just taken the file over. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new Error(`the heads file ${path} cannot be read: ${String(error)}`, { cause: error });
  }
}

/** Adds the heads of a file to `knownHeads`, where they are newer. */
function readFile(path: string, knownHeads: KnownHeads): void {
  for (const line of readText(path).split('\n')) {
    const [at, unitId, seq, mac] = line.split(' ');
    // A power cut may have left the last line incomplete.
    if (!at || !unitId || !mac || mac.length !== 43) continue;
    const known = knownHeads.get(unitId);
    if (!known || known.seq < Number(seq)) knownHeads.set(unitId, { at, seq: Number(seq), mac });
  }
}

/** The newest known head of each unit, from all heads files. */
export function readKnownHeads(folder: string): KnownHeads {
  const knownHeads: KnownHeads = new Map();
  if (!existsSync(folder)) return knownHeads;
  for (const name of readdirSync(folder)) if (name.endsWith(SUFFIX)) readFile(join(folder, name), knownHeads);
  return knownHeads;
}

const lineOf = (unitId: string, { at, seq, mac }: KnownHead): string => `${at} ${unitId} ${seq} ${mac}\n`;

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

/** The heads file of one process. */
export class HeadsFile {
  readonly #path: string;
  readonly #knownHeads: KnownHeads = new Map();
  /** MACs of the newest entries of each unit, by sequence number. */
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
      throw new Error(`the folder of the heads files, ${folder}, cannot be created (INSERVICE_HEADS): ${String(error)}`, { cause: error });
    }
    this.#path = join(folder, `${instance}${SUFFIX}`);
  }

  /**
   * Detects a chain that lost its newest entries while this process was writing: it reaches a sequence number again, with
   * another entry.
   * @throws Error
   */
  #refuseFork(unitId: string, { seq, mac }: ChainHead): void {
    const recent = this.#recent.get(unitId) ?? new Map<number, string>();
    this.#recent.set(unitId, recent);
    const newestSeq = this.#knownHeads.get(unitId)?.seq ?? 0;
    const notedMac = recent.get(seq);
    if ((notedMac !== undefined && notedMac !== mac) || seq <= newestSeq - RECENT_ENTRIES)
      throw new Error(
        `the trail of unit ${unitId} has lost entry ${seq}, which was acknowledged before, and those after it; writing is stopped`,
      );
    recent.set(seq, mac);
    if (recent.size > RECENT_ENTRIES) recent.delete(recent.keys().next().value!);
  }

  /**
   * Appends without a sync, because the file may lack the newest heads of the database but must never be ahead of it. For the
   * same reason a failed write is ignored.
   */
  note(heads: ReadonlyMap<string, ChainHead>, at: string): void {
    let lines = '';
    for (const [unitId, head] of heads) {
      this.#refuseFork(unitId, head);
      const knownHead = { at, ...head };
      // Two commits to one chain may be noted out of order.
      if ((this.#knownHeads.get(unitId)?.seq ?? 0) < head.seq) this.#knownHeads.set(unitId, knownHead);
      lines += lineOf(unitId, knownHead);
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

  /** Called every minute and at the end: syncs the file, and rewrites it with one line per unit where it has grown. */
  sync(): void {
    if (!this.#unsynced && this.#bytes < COMPACT_BYTES) return;
    try {
      // A process that started later may have taken this file over.
      if (this.#file === null || this.#bytes >= COMPACT_BYTES || !existsSync(this.#path)) this.#rewrite();
      else fsyncSync(this.#file);
      this.#unsynced = false;
    } catch {
      // The next call tries again.
    }
  }

  /** Takes over the files of ended processes. With `restoredAt`, heads from before that restore are dropped. */
  takeOver(restoredAt: string | null): void {
    try {
      this.#takeOver(restoredAt);
    } catch {
      // The files stay where they are and are still read; a later start takes them over.
    }
  }

  #takeOver(restoredAt: string | null): void {
    const names = readdirSync(this.folder).filter((name) => name.endsWith(SUFFIX));
    const abandoned = names
      .map((name) => join(this.folder, name))
      .filter((path) => path !== this.#path && (restoredAt !== null || Date.now() - statSync(path).mtimeMs > ABANDONED_MS));
    if (abandoned.length === 0) return;
    const knownHeads: KnownHeads = new Map();
    for (const path of abandoned) readFile(path, knownHeads);
    for (const [unitId, knownHead] of knownHeads) {
      const own = this.#knownHeads.get(unitId);
      const valid = restoredAt === null || knownHead.at > restoredAt;
      if (valid && (!own || own.seq < knownHead.seq)) this.#knownHeads.set(unitId, knownHead);
    }
    this.#rewrite();
    for (const path of abandoned) rmSync(path, { force: true });
  }

  close(): void {
    if (this.#bytes === 0) return;
    try {
      this.#rewrite();
    } catch {
      // The appended lines are in the file and stay valid.
    }
  }

  /** Gives the file the owner of the folder, so that the server can use it after a command of root. */
  #open(): number {
    const file = openSync(this.#path, 'a', 0o600);
    const { uid, gid } = statSync(this.folder);
    if (process.getuid?.() === 0) fchownSync(file, uid, gid);
    return file;
  }

  #rewrite(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
    const text = [...this.#knownHeads].map(([unitId, knownHead]) => lineOf(unitId, knownHead)).join('');
    writeDurably(this.#path, text);
    this.#bytes = text.length;
    this.#unsynced = false;
  }
}
