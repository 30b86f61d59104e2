/** The store for several machines: PostgreSQL, with any number of instances of the kit. */
import { openDrizzleStore } from '../drizzle/open.js';
import type { OpenStore } from '../store.js';
import type { PostgresOptions } from './connection.js';

export interface PostgresStoreOptions extends PostgresOptions {
  /** Folder of the heads files on this machine, by which a database that lost its newest writes is recognised. */
  heads?: string;
}

/** @throws Error with what to do, where the database cannot be reached or used */
export function postgresStore({ heads, ...connection }: PostgresStoreOptions): OpenStore {
  return async (secrets, options) => {
    // A dynamic import, so that a portal without pg gets this message.
    const { postgresDriver } = await import('./postgres-driver.js').catch((error: unknown) => {
      throw new Error(`postgresStore needs pg and drizzle-orm (npm i pg drizzle-orm): ${String(error)}`);
    });
    return openDrizzleStore((opened) => postgresDriver(connection, secrets.trailKey, opened), secrets, heads ?? null, options);
  };
}
