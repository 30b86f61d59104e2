/** Invariants between rows that the database itself does not enforce. */
import { and, eq, sql } from 'drizzle-orm';
import type { Driver, Reads } from './driver.js';

/** Checks invariants between rows; returns one text per violation. */
export async function brokenInvariants({ db, tables }: Driver, reads: Reads): Promise<string[]> {
  const { teachers, persons, accounts, units } = tables;
  const faults: string[] = [];
  const check = async (fault: string, query: Promise<{ id: string }[]>): Promise<void> => {
    for (const { id } of await reads.run(query)) faults.push(`${fault}: ${id}`);
  };
  await check(
    'a person whose current entry is missing',
    db
      .select({ id: persons.id })
      .from(persons)
      .leftJoin(teachers, eq(teachers.id, persons.teacherId))
      .where(sql`${teachers.id} is null`)
      .limit(5),
  );
  await check(
    'an entry without a person',
    db
      .select({ id: teachers.id })
      .from(teachers)
      .leftJoin(persons, eq(persons.id, teachers.personId))
      .where(sql`${persons.id} is null`)
      .limit(5),
  );
  await check(
    'a second entry of a person that has not departed',
    db
      .select({ id: teachers.id })
      .from(teachers)
      .innerJoin(persons, eq(persons.id, teachers.personId))
      .where(and(sql`${teachers.departureOn} is null`, sql`${persons.teacherId} <> ${teachers.id}`))
      .limit(5),
  );
  await check(
    'an account without a unit',
    db
      .select({ id: accounts.id })
      .from(accounts)
      .leftJoin(units, eq(units.id, accounts.unitId))
      .where(sql`${units.id} is null`)
      .limit(5),
  );
  await check(
    'an entry with another path than its unit',
    db
      .select({ id: teachers.id })
      .from(teachers)
      .leftJoin(units, and(eq(units.id, teachers.unitId), eq(units.path, teachers.unitPath)))
      .where(sql`${units.id} is null`)
      .limit(5),
  );
  await check(
    'a unit whose path is not below its parent’s',
    db
      .select({ id: units.id })
      .from(units)
      .where(
        sql`${units.parentId} is not null and not exists (select 1 from units p where p.id = ${units.parentId} and ${units.path} = p.path || ${units.id} || '/')`,
      )
      .limit(5),
  );
  return faults;
}
