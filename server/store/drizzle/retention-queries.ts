import { and, asc, eq, inArray, lt, ne, sql } from 'drizzle-orm';
import type { Store } from '../store.js';
import { accountUpdate, savedAccount } from './account-queries.js';
import { template, type Driver, type Reads } from './driver.js';
import { toAccount, toTeacher } from './mapping.js';
import type { Commit } from './work.js';

const param = sql.placeholder;

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
  const purgeAccountData = [
    template(db.delete(identities).where(eq(identities.accountId, param('id'))), null),
    template(db.delete(sessions).where(eq(sessions.accountId, param('id'))), null),
    template(db.delete(signInCodes).where(eq(signInCodes.accountId, param('id'))), null),
    template(db.delete(mailLinks).where(eq(mailLinks.accountId, param('id'))), null),
    ...[accounts, teachers, transfers, tables.units, tables.handovers].map((table) =>
      template(
        db
          .update(table)
          .set({ updatedByName: '' })
          .where(eq(table.updatedById, param('id'))),
        null,
      ),
    ),
  ];
  const clearMakerName = template(
    db
      .update(tables.imports)
      .set({ makerName: '' })
      .where(eq(tables.imports.makerId, param('id'))),
    null,
  );
  const deleteEntry = template(
    db
      .delete(teachers)
      .where(and(eq(teachers.id, param('id')), eq(teachers.version, param('version'))))
      .returning({ id: teachers.id }),
    'teacher',
  );
  const deleteEntryData = [
    template(db.delete(transfers).where(eq(transfers.teacherId, param('id'))), null),
    template(db.delete(invitations).where(eq(invitations.teacherId, param('id'))), null),
    template(db.delete(persons).where(eq(persons.teacherId, param('id'))), null),
  ];
  // The numbers and the log-in are deleted with the person, that is with the last entry.
  const personRemoved = sql`not exists (select 1 from ${persons} where ${persons.id} = ${param('personId')})`;
  const deletePersonData = [
    template(db.delete(personNumbers).where(and(eq(personNumbers.personId, param('personId')), personRemoved)), null),
    template(db.delete(teacherLogins).where(and(eq(teacherLogins.personId, param('personId')), personRemoved)), null),
  ];

  const oldAccounts = reads.prepared('oldAccounts', () =>
    db
      .select()
      .from(accounts)
      // A purged account has no mail address.
      .where(and(inArray(accounts.status, ['rejected', 'deleted']), lt(accounts.updatedAt, param('before')), ne(accounts.email, '')))
      .orderBy(asc(accounts.unitId), asc(accounts.id))
      .limit(param('limit')),
  );
  const oldEntries = reads.prepared('oldEntries', () =>
    db
      .select()
      .from(teachers)
      // The second condition protects an entry whose day of departure was mistakenly set far in the past.
      .where(and(lt(teachers.departureOn, param('before')), lt(teachers.departureAt, param('before'))))
      .orderBy(asc(teachers.unitId), asc(teachers.id))
      .limit(param('limit')),
  );
  const entriesOf = reads.prepared('entriesOf', () =>
    db
      .select()
      .from(teachers)
      .where(eq(teachers.personId, param('personId')))
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
          ...[...purgeAccountData, clearMakerName].map((statement) => statement({ id: account.id })),
        ]),
      ),
    purgeEntries: (all, change) =>
      commit(
        change,
        ...all.flatMap(({ id, version, personId }) => [
          deleteEntry({ id, version }),
          ...deleteEntryData.map((statement) => statement({ id })),
          ...deletePersonData.map((statement) => statement({ personId })),
        ]),
      ),
    async entriesOf(personId) {
      return (await entriesOf({ personId })).map(toTeacher);
    },
  };
}
