/** The embedded store: SQLite in one file, written durably by one thread. */
import { openDrizzleStore } from '../drizzle/open.js';
import type { OpenStore } from '../store.js';

export interface SqliteStoreOptions {
  /** Path of the database file; made where there is none. */
  file: string;
  /** Folder, best on another disk, for the heads of the trail's chains; `FILE.heads` by default. */
  heads?: string;
}

/** @throws Error in words that help, where the file is not whole or not ours */
export function sqliteStore({ file, heads = `${file}.heads` }: SqliteStoreOptions): OpenStore {
  return async (secrets, options) => {
    // Loaded here, so that a portal without better-sqlite3 reads one sentence instead of a stack.
    const { sqliteDriver } = await import('./sqlite-driver.js').catch((error: unknown) => {
      throw new Error(`sqliteStore needs drizzle-orm and, built for this Node, better-sqlite3 (13, on Node 20 12): ${String(error)}`);
    });
    return openDrizzleStore((opened) => sqliteDriver(file, secrets.trailKey, opened), secrets.trailKey, heads, options);
  };
}
