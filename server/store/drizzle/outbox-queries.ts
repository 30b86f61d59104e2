import { and, asc, eq, inArray, lte, sql } from 'drizzle-orm';
import type { OutboxRecord } from '../records.js';
import type { Store } from '../store.js';
import { numberedParams, template, numberedValues, type Driver, type Template } from './driver.js';

const param = sql.placeholder;

export function outboxQueries(driver: Driver): Pick<Store, 'takeOutbox' | 'settleOutbox' | 'postponeOutbox'> {
  const { db, tables } = driver;
  const { outbox } = tables;
  const takes = new Map<number, Template>();
  const settle = template(db.delete(outbox).where(eq(outbox.id, param('id'))), null);
  const postpone = template(
    db
      .update(outbox)
      .set({ dueAt: sql`${param('dueAt')}` })
      .where(eq(outbox.id, param('id'))),
    null,
  );

  function take(consumers: number): Template {
    const due = and(inArray(outbox.consumer, numberedParams('consumer', consumers)), lte(outbox.dueAt, param('now')));
    const oldest = db.select({ id: outbox.id }).from(outbox).where(due).orderBy(asc(outbox.dueAt), asc(outbox.id)).limit(param('limit'));
    return template(
      db
        .update(outbox)
        .set({ dueAt: sql`${param('until')}`, attempts: sql`${outbox.attempts} + 1` })
        // The condition is repeated, so that of two instances that select the same rows only the first one takes them.
        .where(and(inArray(outbox.id, oldest), lte(outbox.dueAt, param('now'))))
        .returning(),
      null,
    );
  }

  return {
    async takeOutbox(consumers, now, until, limit) {
      let statement = takes.get(consumers.length);
      if (!statement) takes.set(consumers.length, (statement = take(consumers.length)));
      const values = { ...numberedValues('consumer', consumers), now, until, limit };
      const { rows } = await driver.commit({ statements: [statement(values)], trail: [] });
      return rows.map(({ id, consumer, payload, attempts, due_at: dueAt, created_at: createdAt }) => ({
        id,
        consumer,
        payload,
        attempts: Number(attempts),
        dueAt,
        createdAt,
      })) as OutboxRecord[];
    },
    async settleOutbox(id) {
      await driver.commit({ statements: [settle({ id })], trail: [] });
    },
    async postponeOutbox(id, dueAt) {
      await driver.commit({ statements: [postpone({ id, dueAt })], trail: [] });
    },
  };
}
