import { and, desc, eq, gte, lt, isNull, sql } from 'drizzle-orm';
import type { Store } from '../store.js';
import { placeholders, template, type Driver, type Reads } from './driver.js';
import { usernameKey } from './mapping.js';
import { entryStatements } from './teacher-queries.js';
import { pathEnd } from './unit-queries.js';
import type { Commit } from './work.js';

const param = sql.placeholder;

type ClaimQueries = Pick<
  Store,
  'invite' | 'invitation' | 'claimTeacher' | 'teacherLogin' | 'integration' | 'integrations' | 'openIntegration' | 'endIntegration'
>;

export function claimQueries(driver: Driver, reads: Reads, commit: Commit): ClaimQueries {
  const { db, tables } = driver;
  const { invitations, teacherLogins, integrations, units } = tables;
  const { updateTeacher } = entryStatements(driver);
  const deleteInvitations = template(db.delete(invitations).where(eq(invitations.teacherId, param('teacherId'))), null);
  const insertInvitation = template(db.insert(invitations).values(placeholders(invitations)), null);
  const useInvitation = template(
    db
      .delete(invitations)
      .where(eq(invitations.codeHash, param('codeHash')))
      .returning({ hash: invitations.codeHash }),
    'invitation',
  );
  const endLogins = template(db.delete(teacherLogins).where(eq(teacherLogins.personId, param('personId'))), null);
  const insertLogin = template(db.insert(teacherLogins).values(placeholders(teacherLogins)), null);
  const insertIntegration = template(db.insert(integrations).values(placeholders(integrations)), null);
  const end = template(
    db
      .update(integrations)
      .set({ endedAt: sql`${param('at')}` })
      .where(and(eq(integrations.id, param('id')), isNull(integrations.endedAt)))
      .returning({ id: integrations.id }),
    'integration',
  );

  const invitation = reads.prepared('invitation', () =>
    db
      .select()
      .from(invitations)
      .where(eq(invitations.codeHash, param('codeHash'))),
  );
  const loginByIdentity = reads.prepared('teacherLoginByIdentity', () =>
    db
      .select()
      .from(teacherLogins)
      .where(and(eq(teacherLogins.issuer, param('issuer')), eq(teacherLogins.subject, param('subject')))),
  );
  const loginByUsername = reads.prepared('teacherLoginByUsername', () =>
    db
      .select()
      .from(teacherLogins)
      .where(eq(teacherLogins.usernameKey, param('key'))),
  );
  const byToken = reads.prepared('integration', () =>
    db
      .select()
      .from(integrations)
      .where(eq(integrations.tokenHash, param('hash'))),
  );
  const ofSubtree = reads.prepared('integrations', () =>
    db
      .select({ integration: integrations })
      .from(integrations)
      .innerJoin(units, eq(units.id, integrations.unitId))
      .where(and(gte(units.path, param('from')), lt(units.path, param('end'))))
      .orderBy(desc(integrations.createdAt), desc(integrations.id))
      .limit(200),
  );

  return {
    invite: (record, change) => commit(change, deleteInvitations({ ...record }), insertInvitation({ ...record })),
    async invitation(codeHash) {
      const [row] = await invitation({ codeHash });
      return row ?? null;
    },
    claimTeacher: (teacher, login, codeHash, change) =>
      commit(
        change,
        updateTeacher(teacher),
        // A person has one log-in, also after a transfer.
        endLogins({ personId: teacher.personId }),
        insertLogin({ ...login }),
        ...(codeHash === null ? [] : [useInvitation({ codeHash })]),
        deleteInvitations({ teacherId: teacher.id }),
      ),
    async teacherLogin(by) {
      const [row] = 'username' in by ? await loginByUsername({ key: usernameKey(by.username) }) : await loginByIdentity({ ...by });
      return row ?? null;
    },
    async integration(hash) {
      const [row] = await byToken({ hash });
      return row ?? null;
    },
    async integrations(within) {
      const rows = await ofSubtree({ from: within, end: pathEnd(within) });
      return rows.map(({ integration }) => integration);
    },
    openIntegration: (record, change) => commit(change, insertIntegration({ ...record })),
    endIntegration: (id, at, change) => commit(change, end({ id, at })),
  };
}
