/** The audit trail. */
import type { TrailRecord, UnitRecord } from '../records.js';
import type { Segment } from '../trail-chain.js';
import type { Change } from './change.js';

export interface TrailFilter {
  unitId: string;
  targetId?: string | undefined;
  actorId?: string | undefined;
  action?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  /** Entries before this place in the chain. */
  before?: number | undefined;
  limit: number;
}

export interface ChainReport {
  entries: number;
  units: number;
  /** The first entry whose place, digest or MAC does not fit. */
  fault: { unitId: string; seq: number; what: string } | null;
  /** When a backup was restored, or what was left adopted, the last time. */
  restoredAt: string | null;
  /** Of how many units it was known outside the database how far they had come. */
  knownHeads: number;
}

export interface TrailStore {
  record(change: Change): Promise<void>;
  trail(filter: TrailFilter): Promise<TrailRecord[]>;
  /** What retention may take: of each unit all entries before an instant that are still there whole. */
  purgeable(kind: Segment['kind'], before: string): Promise<Omit<Segment, 'at'>[]>;
  /**
   * Takes the details, or the entries, of the beginning of a chain. The database deletes what a sealed segment covers and
   * nothing else, and the rest still verifies.
   */
  purgeTrail(segment: Segment, change: Change): Promise<void>;
  /** The outermost units, in whose trails stands what concerns the installation. */
  roots(): Promise<UnitRecord[]>;
}
