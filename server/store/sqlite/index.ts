/** The embedded store: SQLite in one file, which one thread writes durably. */
import { openDrizzleStore } from '../drizzle/open.js';
import type { OpenStore } from '../store.js';

export interface SqliteStoreOptions {
  /** Path of the database file; created where it does not exist. */
  file: string;
  /** Folder of the heads files, best on another disk; `FILE.heads` by default. */
  heads?: string;
}

/** @throws Error with what to do, where the file is damaged or belongs to another program */
export function sqliteStore({ file, heads = `${file}.heads` }: SqliteStoreOptions): OpenStore {
  return async (secrets, options) => {
    // A dynamic import, so that a portal without better-sqlite3 gets this message.
    const { sqliteDriver } = await import('./sqlite-driver.js').catch((error: unknown) => {
      throw new Error(`sqliteStore needs drizzle-orm and, built for this Node, better-sqlite3 (13, on Node 20 12): ${String(error)}`);
    });
    return openDrizzleStore((opened) => sqliteDriver(file, secrets.trailKey, opened), secrets, heads, options);
  };
}
