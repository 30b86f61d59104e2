/**
 * The chain of the audit trail: MAC = HMAC-SHA-256(key, previous MAC ‖ canonical entry). The canonical entry has a digest of
 * the details instead of the details, so that the chain still verifies after retention has purged them.
 */
import { createHmac, hash as digestOf } from 'node:crypto';
import type { Role } from '../domain/authority.js';
import type { TrailAction, TrailOutcome, TrailTargetType } from '../domain/trail.js';
import type { TrailDraft, TrailRecord } from './records.js';

export interface ChainHead {
  seq: number;
  mac: string;
}

/** A row of the table `trail`. */
export interface TrailRow {
  unitId: string;
  seq: number;
  id: string;
  at: string;
  actorId: string | null;
  actorRole: Role | null;
  actorUnitId: string | null;
  action: TrailAction;
  targetType: TrailTargetType;
  targetId: string;
  outcome: TrailOutcome;
  digest: string;
  mac: string;
}

export const EMPTY_CHAIN: ChainHead = { seq: 0, mac: '' };

const hash = (text: string): string => digestOf('sha256', text, 'base64url');

/** The details, which can be purged: names, reason, before and after, address, request id. As JSON. */
export function detailsOf(draft: TrailDraft): string {
  const { actor, target, reason, before, after, from, requestId } = draft;
  return JSON.stringify({ actorName: actor?.name ?? null, targetName: target.name, reason, before, after, from, requestId });
}

function macOf(key: Buffer, previous: string, row: Omit<TrailRow, 'mac'>): string {
  const { unitId, seq, id, at, actorId, actorRole, actorUnitId, action, targetType, targetId, outcome, digest } = row;
  const canonical = JSON.stringify([unitId, seq, id, at, actorId, actorRole, actorUnitId, action, targetType, targetId, outcome, digest]);
  return createHmac('sha256', key).update(previous).update(canonical).digest('base64url');
}

/** An audit entry without a sequence number. Its details are serialized and hashed once, also where it is written several times. */
export interface UnchainedEntry {
  row: Omit<TrailRow, 'seq' | 'mac'>;
  details: string;
}

/** The texts of `draft` must be well-formed Unicode: a database would replace lone surrogates, and the digest would not match. */
export function unchainedEntry(draft: TrailDraft): UnchainedEntry {
  const details = detailsOf(draft);
  const row = {
    unitId: draft.unitId,
    id: draft.id,
    at: draft.at,
    actorId: draft.actor?.id ?? null,
    actorRole: draft.actor?.role ?? null,
    actorUnitId: draft.actor?.unitId ?? null,
    action: draft.action,
    targetType: draft.target.type,
    targetId: draft.target.id,
    outcome: draft.outcome,
    digest: hash(details),
  };
  return { row, details };
}

/** Appends the entry to its unit's chain. */
export function link(key: Buffer, { seq, mac }: ChainHead, { row }: UnchainedEntry): TrailRow {
  const next = { ...row, seq: seq + 1 };
  return { ...next, mac: macOf(key, mac, next) };
}

/** The fault of an entry that follows `head`; null where it has none. `details` is null where they were purged. */
export function faultOf(key: Buffer, head: ChainHead, row: TrailRow, details: string | null): string | null {
  if (row.seq !== head.seq + 1) return `entry ${head.seq + 1} is missing`;
  if (details !== null && hash(details) !== row.digest) return 'its details were changed';
  return macOf(key, head.mac, row) === row.mac ? null : 'it, or an entry before it, was changed';
}

/** Stored in a database, so that it recognises its key file without containing the key. */
export function keyCheckOf(key: Buffer): string {
  return createHmac('sha256', key).update('key check\n').digest('base64url');
}

/** The beginning of a unit's chain that retention has purged. */
export interface Segment {
  unitId: string;
  /** Whether only the details were purged, or the entries as well. */
  kind: 'details' | 'entries';
  /** The sequence number of the last entry in the segment; `mac` is its MAC. */
  upTo: number;
  mac: string;
  at: string;
}

/** Protects a segment: without the key nobody can make more entries look purged. */
export function segmentMacOf(key: Buffer, { unitId, kind, upTo, mac, at }: Segment): string {
  return createHmac('sha256', key)
    .update('segment\n')
    .update(JSON.stringify([unitId, kind, upTo, mac, at]))
    .digest('base64url');
}

export function toTrailRecord(row: TrailRow, detailsJson: string | null): TrailRecord {
  const details = (detailsJson === null ? {} : JSON.parse(detailsJson)) as Partial<Record<string, unknown>>;
  return {
    seq: row.seq,
    id: row.id,
    unitId: row.unitId,
    at: row.at,
    actor:
      row.actorId === null
        ? null
        : {
            id: row.actorId,
            name: (details['actorName'] as string | null) ?? '',
            role: row.actorRole,
            unitId: row.actorUnitId ?? '',
          },
    action: row.action,
    target: { type: row.targetType, id: row.targetId, name: (details['targetName'] as string | null) ?? null },
    outcome: row.outcome,
    reason: (details['reason'] as string | null) ?? null,
    before: (details['before'] as TrailRecord['before'] | undefined) ?? null,
    after: (details['after'] as TrailRecord['after'] | undefined) ?? null,
    from: (details['from'] as string | null) ?? null,
    requestId: (details['requestId'] as string | null) ?? null,
  };
}
