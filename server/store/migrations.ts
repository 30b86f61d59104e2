/**
 * The migrations of one engine and the journal of applied migrations. The journal is not Drizzle's table: two libraries
 * that share that one skip each other's migrations silently.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export const JOURNAL = 'inservice_migrations';

export interface Migration {
  tag: string;
  statements: string[];
  hash: string;
}

export interface Applied {
  tag: string;
  hash: string;
}

/** Reads the migrations in their order, from the folder that drizzle-kit writes. */
export function readMigrations(folder: URL): Migration[] {
  const journal = JSON.parse(readFileSync(new URL('meta/_journal.json', folder), 'utf8')) as { entries: { tag: string }[] };
  return journal.entries.map(({ tag }) => {
    const sql = readFileSync(new URL(`${tag}.sql`, folder), 'utf8');
    return { tag, statements: sql.split('--> statement-breakpoint'), hash: createHash('sha256').update(sql).digest('hex') };
  });
}

/**
 * The first migration that is not applied yet; null where all are applied.
 * @throws Error with what to do, where the schema is newer than this program or a migration differs
 */
export function nextMigration(known: readonly Migration[], applied: readonly Applied[], where: string): Migration | null {
  for (const { tag, hash } of applied) {
    const migration = known.find((each) => each.tag === tag);
    if (!migration) {
      throw new Error(
        `${where} has the newer schema ${tag}. Nothing was written; start the version of inservice-kit that wrote it, or a newer one.`,
      );
    }
    if (migration.hash !== hash) {
      throw new Error(`${where} was migrated by another version of ${tag}. Nothing was written; start the version that wrote it.`);
    }
  }
  return known.find(({ tag }) => !applied.some((each) => each.tag === tag)) ?? null;
}

/** @throws Error for a database that has tables but not the journal */
export function refuseForeign(tables: readonly string[], where: string): void {
  if (tables.length > 0 && !tables.includes(JOURNAL))
    throw new Error(`${where} is another program's database. Nothing was written; set DATABASE_URL to a database of its own.`);
}
