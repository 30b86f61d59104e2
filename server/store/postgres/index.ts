/** The store for those who outgrow one machine: PostgreSQL, with as many instances of the kit as wanted. */
import { openDrizzleStore } from '../drizzle/open.js';
import type { OpenStore } from '../store.js';
import type { PostgresOptions } from './connection.js';

export interface PostgresStoreOptions extends PostgresOptions {
  /** Folder of this machine for the heads of the trail's chains, by which a database that lost its newest writes is known. */
  heads?: string;
}

/** @throws Error in words that help, where the database cannot be reached or used */
export function postgresStore({ heads, ...connection }: PostgresStoreOptions): OpenStore {
  return async (secrets, options) => {
    // Loaded here, so that a portal without pg reads one sentence instead of a stack.
    const { postgresDriver } = await import('./postgres-driver.js').catch((error: unknown) => {
      throw new Error(`postgresStore needs pg and drizzle-orm (npm i pg drizzle-orm): ${String(error)}`);
    });
    return openDrizzleStore((opened) => postgresDriver(connection, secrets.trailKey, opened), secrets.trailKey, heads ?? null, options);
  };
}
