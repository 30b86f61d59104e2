import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { sqliteKit } from '../drizzle/kit.js';
import { defineTables } from '../drizzle/tables.js';

export const tables = defineTables(sqliteKit);

/** Processes that have the file open. A process deletes its row when it closes the file. */
export const instances = sqliteTable('instances', {
  /** `<process id>@<boot id>`. */
  id: text('id').primaryKey(),
  host: text('host').notNull(),
  /** Id of the machine's boot: all processes of an earlier boot have ended. */
  boot: text('boot').notNull(),
  pid: integer('pid').notNull(),
  seenAt: text('seen_at').notNull(),
});

// drizzle-kit finds the tables of a schema by the exports of this file.
export const {
  units,
  accounts,
  identities,
  sessions,
  signInCodes,
  failures,
  lookups,
  teachers,
  persons,
  personNumbers,
  transfers,
  answers,
  trail,
  trailDetails,
  trailHeads,
  trailSegments,
  teacherLogins,
  invitations,
  integrations,
  mailLinks,
  outbox,
  installation,
  imports,
  importColumns,
  handovers,
} = tables;
