/**
 * The trail's chain: MAC = HMAC-SHA-256(key, previous MAC ‖ canonical entry). The canonical entry holds a digest of the
 * details, not the details, so retention can purge these and the chain still verifies.
 */
import { createHmac, hash as digestOf } from 'node:crypto';
import type { TrailDraft, TrailRecord } from './records.js';

export interface ChainHead {
  seq: number;
  mac: string;
}

/** A line of the table `trail`. */
export interface TrailRow {
  unitId: string;
  seq: number;
  id: string;
  at: string;
  actorId: string | null;
  actorRole: string | null;
  actorUnitId: string | null;
  action: string;
  targetType: string;
  targetId: string;
  outcome: string;
  digest: string;
  mac: string;
}

export const FIRST: ChainHead = { seq: 0, mac: '' };

const hash = (text: string): string => digestOf('sha256', text, 'base64url');

/** What can be purged: names, reason, before and after, address. */
export function detailsOf(draft: TrailDraft): string {
  const { actor, target, reason, before, after, from, requestId } = draft;
  return JSON.stringify({ actorName: actor?.name ?? null, targetName: target.name, reason, before, after, from, requestId });
}

function macOf(key: Buffer, previous: string, row: Omit<TrailRow, 'mac'>): string {
  const { unitId, seq, id, at, actorId, actorRole, actorUnitId, action, targetType, targetId, outcome, digest } = row;
  const canonical = JSON.stringify([unitId, seq, id, at, actorId, actorRole, actorUnitId, action, targetType, targetId, outcome, digest]);
  return createHmac('sha256', key).update(previous).update(canonical).digest('base64url');
}

/** A line that has no place in a chain yet, with its details; as JSON and digest they cost as little again wherever it goes. */
export interface LooseLine {
  row: Omit<TrailRow, 'seq' | 'mac'>;
  details: string;
}

/** `draft` holds well-formed text alone, for a database changes any other. */
export function looseLine(draft: TrailDraft): LooseLine {
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

/** The line as the next of its unit's chain. */
export function link(key: Buffer, { seq, mac }: ChainHead, { row }: LooseLine): TrailRow {
  const next = { ...row, seq: seq + 1 };
  return { ...next, mac: macOf(key, mac, next) };
}

/** What is wrong with a line that follows `head`; null where nothing is. `details` is null once purged. */
export function faultOf(key: Buffer, head: ChainHead, row: TrailRow, details: string | null): string | null {
  if (row.seq !== head.seq + 1) return `entry ${head.seq + 1} is missing`;
  if (details !== null && hash(details) !== row.digest) return 'its details were changed';
  return macOf(key, head.mac, row) === row.mac ? null : 'it, or an entry before it, was changed';
}

/** By which a database knows its key file without holding it. */
export function keyCheckOf(key: Buffer): string {
  return createHmac('sha256', key).update('key check\n').digest('base64url');
}

/** The beginning of a unit's chain that retention took. */
export interface Segment {
  unitId: string;
  /** `details`: names, reasons, before and after; `entries`: all of it. */
  kind: 'details' | 'entries';
  /** The last entry that it covers, and its MAC. */
  upTo: number;
  mac: string;
  at: string;
}

/** Holds a segment to what the purge wrote: nobody without the key can let more be missing. */
export function sealOf(key: Buffer, { unitId, kind, upTo, mac, at }: Segment): string {
  return createHmac('sha256', key)
    .update('segment\n')
    .update(JSON.stringify([unitId, kind, upTo, mac, at]))
    .digest('base64url');
}

/** The entry as it is read. */
export function toTrailRecord(row: TrailRow, details: string | null): TrailRecord {
  const kept = (details === null ? {} : JSON.parse(details)) as Partial<Record<string, unknown>>;
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
            name: (kept['actorName'] as string | null) ?? '',
            role: row.actorRole as never,
            unitId: row.actorUnitId ?? '',
          },
    action: row.action as TrailRecord['action'],
    target: { type: row.targetType as never, id: row.targetId, name: (kept['targetName'] as string | null) ?? null },
    outcome: row.outcome as TrailRecord['outcome'],
    reason: (kept['reason'] as string | null) ?? null,
    before: (kept['before'] as never) ?? null,
    after: (kept['after'] as never) ?? null,
    from: (kept['from'] as string | null) ?? null,
    requestId: (kept['requestId'] as string | null) ?? null,
  };
}
