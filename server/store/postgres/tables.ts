import { pgKit } from '../drizzle/kit.js';
import { defineTables } from '../drizzle/tables.js';

export const tables = defineTables(pgKit);
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
