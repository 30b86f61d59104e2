import { and, asc, eq, inArray, lte, sql } from 'drizzle-orm';
import type { OutboxRecord } from '../records.js';
import type { Store } from '../store.js';
import { numbered, template, valuesOf, type Driver, type Template } from './driver.js';

const given = sql.placeholder;

export function outboxQueries(driver: Driver): Pick<Store, 'takeOutbox' | 'settleOutbox' | 'postponeOutbox'> {
  const { db, tables } = driver;
  const { outbox } = tables;
  const takes = new Map<number, Template>();
  const settle = template(db.delete(outbox).where(eq(outbox.id, given('id'))), null);
  const postpone = template(
    db
      .update(outbox)
      .set({ dueAt: sql`${given('dueAt')}` })
      .where(eq(outbox.id, given('id'))),
    null,
  );

  function take(consumers: number): Template {
    const due = and(inArray(outbox.consumer, numbered('consumer', consumers)), lte(outbox.dueAt, given('now')));
    const oldest = db.select({ id: outbox.id }).from(outbox).where(due).orderBy(asc(outbox.dueAt), asc(outbox.id)).limit(given('limit'));
    return template(
      db
        .update(outbox)
        .set({ dueAt: sql`${given('until')}`, attempts: sql`${outbox.attempts} + 1` })
        // Said twice: of two instances that choose the same rows, the second finds them moved on.
        .where(and(inArray(outbox.id, oldest), lte(outbox.dueAt, given('now'))))
        .returning(),
      null,
    );
  }

  return {
    async takeOutbox(consumers, now, until, limit) {
      let statement = takes.get(consumers.length);
      if (!statement) takes.set(consumers.length, (statement = take(consumers.length)));
      const values = { ...valuesOf('consumer', consumers), now, until, limit };
      const { rows } = await driver.commit({ statements: [statement(values)], trail: [] });
      return rows.map(({ id, consumer, payload, attempts, due_at: dueAt, created_at: createdAt }) => ({
        ...{ id, consumer, payload, dueAt, createdAt },
        attempts: Number(attempts),
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
