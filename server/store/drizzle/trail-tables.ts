import type { Role } from '../../domain/authority.js';
import type { TrailAction, TrailOutcome, TrailTargetType } from '../../domain/trail.js';
import type { ColumnKit } from './kit.js';

/** The tables of the audit trail. */
export function defineTrailTables({ table, text, int, index, primaryKey }: ColumnKit) {
  /** One chain per unit. The MAC covers a digest of the details, which retention may purge. */
  const trail = table(
    'trail',
    {
      unitId: text('unit_id').notNull(),
      seq: int('seq').notNull(),
      id: text('id').notNull(),
      at: text('at').notNull(),
      actorId: text('actor_id'),
      actorRole: text('actor_role').$type<Role>(),
      actorUnitId: text('actor_unit_id'),
      action: text('action').$type<TrailAction>().notNull(),
      targetType: text('target_type').$type<TrailTargetType>().notNull(),
      targetId: text('target_id').notNull(),
      outcome: text('outcome').$type<TrailOutcome>().notNull(),
      digest: text('digest').notNull(),
      mac: text('mac').notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.unitId, t.seq] }),
      index('trail_target').on(t.unitId, t.targetId, t.seq),
      index('trail_actor').on(t.unitId, t.actorId, t.seq),
    ],
  );

  const trailDetails = table(
    'trail_details',
    {
      unitId: text('unit_id').notNull(),
      seq: int('seq').notNull(),
      /** JSON: names, reason, before, after, address, request id. */
      details: text('details').notNull(),
    },
    (t) => [primaryKey({ columns: [t.unitId, t.seq] })],
  );

  const trailHeads = table('trail_heads', {
    unitId: text('unit_id').primaryKey(),
    seq: int('seq').notNull(),
    mac: text('mac').notNull(),
  });

  /** The beginnings of chains that retention has purged: their details, or whole entries. Triggers prevent all other deletions. */
  const trailSegments = table(
    'trail_segments',
    {
      unitId: text('unit_id').notNull(),
      /** `details` or `entries`. */
      kind: text('kind').notNull(),
      upTo: int('up_to').notNull(),
      /** MAC of the entry `upTo`, from which the rest of the chain is verified. */
      mac: text('mac').notNull(),
      at: text('at').notNull(),
      /** HMAC over the row. */
      seal: text('seal').notNull(),
    },
    (t) => [primaryKey({ columns: [t.unitId, t.kind] })],
  );

  return { trail, trailDetails, trailHeads, trailSegments };
}
