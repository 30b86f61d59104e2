import { sql } from 'drizzle-orm';
import type { HandoverState } from '../../domain/handover.js';
import type { ImportRecord, ImportState } from '../records.js';
import type { ColumnKit } from './kit.js';

/** The tables of imports and hand-overs. */
export function defineImportTables({ table, text, int, index, unique }: ColumnKit) {
  const imports = table(
    'imports',
    {
      id: text('id').primaryKey(),
      unitId: text('unit_id').notNull(),
      makerId: text('maker_id').notNull(),
      makerName: text('maker_name').notNull(),
      state: text('state').$type<ImportState>().notNull(),
      /** Encrypted JSON: the rows, and after the commit also what they replaced. Empty after it has expired. */
      payload: text('payload').$type<ImportRecord['payload']>().notNull(),
      /** Keyed hash of the rows, by which the same list is recognised. */
      digest: text('digest').notNull(),
      /** JSON: the number of rows by outcome. */
      counts: text('counts').notNull(),
      createdAt: text('created_at').notNull(),
      committedAt: text('committed_at'),
      expiresAt: text('expires_at').notNull(),
      version: int('version').notNull(),
    },
    (t) => [index('imports_unit').on(t.unitId, t.createdAt), index('imports_expiry').on(t.expiresAt)],
  );

  /** The fields that a unit assigned to headings. */
  const importColumns = table('import_columns', {
    unitId: text('unit_id').primaryKey(),
    /** JSON: the field of each heading. */
    columns: text('columns').notNull(),
    updatedAt: text('updated_at').notNull(),
  });

  const handovers = table(
    'handovers',
    {
      id: text('id').primaryKey(),
      unitId: text('unit_id').notNull(),
      /** The head who hands over; null where the unit has none. */
      fromId: text('from_id'),
      toId: text('to_id').notNull(),
      state: text('state').$type<HandoverState>().notNull(),
      /** The first day in Taipei on which the successor is head. */
      effectiveOn: text('effective_on').notNull(),
      reason: text('reason'),
      begunAt: text('begun_at').notNull(),
      consentedAt: text('consented_at'),
      approvedAt: text('approved_at'),
      version: int('version').notNull(),
      updatedAt: text('updated_at').notNull(),
      updatedById: text('updated_by_id'),
      updatedByName: text('updated_by_name'),
    },
    (t) => [
      unique('handovers_waiting')
        .on(t.unitId)
        .where(sql`state in ('begun', 'consented', 'approved')`),
      index('handovers_due').on(t.state, t.effectiveOn),
      index('handovers_to').on(t.toId, t.state),
    ],
  );

  return { imports, importColumns, handovers };
}
