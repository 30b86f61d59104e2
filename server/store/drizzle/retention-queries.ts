import { and, asc, eq, inArray, lt, ne, sql } from 'drizzle-orm';
import type { Store } from '../store.js';
import { accountUpdate, savedAccount } from './account-queries.js';
import { template, type Driver, type Reads } from './driver.js';
import { toAccount, toTeacher } from './mapping.js';
import type { Commit } from './work.js';

const given = sql.placeholder;

type RetentionQueries = Pick<Store, 'oldAccounts' | 'oldEntries' | 'purgeAccounts' | 'purgeEntries' | 'entriesOf'>;

export function retentionQueries(driver: Driver, reads: Reads, commit: Commit): RetentionQueries {
  const { db, tables } = driver;
  const {
    accounts,
    teachers,
    persons,
    personNumbers,
    teacherLogins,
    invitations,
    transfers,
    identities,
    sessions,
    signInCodes,
    mailLinks,
  } = tables;
  const update = accountUpdate(driver);
  const ofAccount = [
    template(db.delete(identities).where(eq(identities.accountId, given('id'))), null),
    template(db.delete(sessions).where(eq(sessions.accountId, given('id'))), null),
    template(db.delete(signInCodes).where(eq(signInCodes.accountId, given('id'))), null),
    template(db.delete(mailLinks).where(eq(mailLinks.accountId, given('id'))), null),
    ...[accounts, teachers, transfers, tables.units, tables.handovers].map((table) =>
      template(
        db
          .update(table)
          .set({ updatedByName: '' } as never)
          .where(eq(table.updatedById, given('id'))),
        null,
      ),
    ),
  ];
  const unsigned = template(
    db
      .update(tables.imports)
      .set({ makerName: '' })
      .where(eq(tables.imports.makerId, given('id'))),
    null,
  );
  const deleteEntry = template(
    db
      .delete(teachers)
      .where(and(eq(teachers.id, given('id')), eq(teachers.version, given('version'))))
      .returning({ id: teachers.id }),
    'teacher',
  );
  const ofEntry = [
    template(db.delete(transfers).where(eq(transfers.teacherId, given('id'))), null),
    template(db.delete(invitations).where(eq(invitations.teacherId, given('id'))), null),
    template(db.delete(persons).where(eq(persons.teacherId, given('id'))), null),
  ];
  // Where the person has gone with the last entry, so do the numbers and the log-in.
  const gone = sql`not exists (select 1 from ${persons} where ${persons.id} = ${given('personId')})`;
  const ofPerson = [
    template(db.delete(personNumbers).where(and(eq(personNumbers.personId, given('personId')), gone)), null),
    template(db.delete(teacherLogins).where(and(eq(teacherLogins.personId, given('personId')), gone)), null),
  ];

  const oldAccounts = reads.once('oldAccounts', () =>
    db
      .select()
      .from(accounts)
      // What was purged has no address any more.
      .where(and(inArray(accounts.status, ['rejected', 'deleted']), lt(accounts.updatedAt, given('before')), ne(accounts.email, '')))
      .orderBy(asc(accounts.unitId), asc(accounts.id))
      .limit(given('limit')),
  );
  const oldEntries = reads.once('oldEntries', () =>
    db
      .select()
      .from(teachers)
      // A day in the past may have been entered only now, by a slip of the pen.
      .where(and(lt(teachers.departureOn, given('before')), lt(teachers.departureAt, given('before'))))
      .orderBy(asc(teachers.unitId), asc(teachers.id))
      .limit(given('limit')),
  );
  const entriesOf = reads.once('entriesOf', () =>
    db
      .select()
      .from(teachers)
      .where(eq(teachers.personId, given('personId')))
      .orderBy(asc(teachers.registeredAt), asc(teachers.id)),
  );

  return {
    async oldAccounts(before, limit) {
      return (await oldAccounts({ before, limit })).map(toAccount);
    },
    async oldEntries(before, limit) {
      return (await oldEntries({ before, limit })).map(toTeacher);
    },
    purgeAccounts: (all, change) =>
      commit(
        change,
        ...all.flatMap((account) => [
          update(savedAccount(account)),
          ...[...ofAccount, unsigned].map((statement) => statement({ id: account.id })),
        ]),
      ),
    purgeEntries: (all, change) =>
      commit(
        change,
        ...all.flatMap(({ id, version, personId }) => [
          deleteEntry({ id, version }),
          ...ofEntry.map((statement) => statement({ id })),
          ...ofPerson.map((statement) => statement({ personId })),
        ]),
      ),
    async entriesOf(personId) {
      return (await entriesOf({ personId })).map(toTeacher);
    },
  };
}
