/** The embedded store: SQLite in one file, written durably by one thread. */
import { drizzleStore } from '../drizzle/drizzle-store.js';
import type { Store } from '../store.js';

export interface SqliteStoreOptions {
  /** Path of the database file; made where there is none. */
  file: string;
}

/** Opens a store with the key of the trail's chain. */
export type OpenStore = (secrets: { trailKey: Buffer }) => Promise<Store>;

export function sqliteStore({ file }: SqliteStoreOptions): OpenStore {
  return async ({ trailKey }) => {
    // Loaded here, so that a portal without better-sqlite3 reads one sentence instead of a stack.
    const { sqliteDriver } = await import('./sqlite-driver.js').catch((error: unknown) => {
      throw new Error(
        `sqliteStore needs better-sqlite3 and drizzle-orm, built for this Node (npm i better-sqlite3 drizzle-orm): ${String(error)}`,
      );
    });
    return drizzleStore(await sqliteDriver(file, trailKey), trailKey);
  };
}
