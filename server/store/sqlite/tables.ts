import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { sqliteKit } from '../drizzle/kit.js';
import { defineTables } from '../drizzle/tables.js';

export const tables = defineTables(sqliteKit);

/** Processes that have the file open; one that ended by itself has taken its row away. */
export const instances = sqliteTable('instances', {
  /** Process number at boot. */
  id: text('id').primaryKey(),
  host: text('host').notNull(),
  /** The machine's boot: after another one, no process is left. */
  boot: text('boot').notNull(),
  pid: integer('pid').notNull(),
  seenAt: text('seen_at').notNull(),
});

// drizzle-kit finds a schema's tables among the exports of its file.
export const {
  units,
  accounts,
  identities,
  sessions,
  signInCodes,
  failures,
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
