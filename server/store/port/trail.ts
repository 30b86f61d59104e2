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
  /** Only entries with a lower sequence number. */
  before?: number | undefined;
  limit: number;
}

export interface ChainReport {
  entries: number;
  units: number;
  /** The first entry whose sequence number, digest or MAC is wrong. */
  fault: { unitId: string; seq: number; what: string } | null;
  /** When a backup was last restored, or a damaged database adopted. */
  restoredAt: string | null;
  /** The number of units with a known head. */
  knownHeads: number;
  /** Heads files are kept, but none is known, although there are audit entries: they were removed, or are in another place. */
  headsMissing: boolean;
}

/** What the records say, compared with the audit trail. */
export interface RecordReport {
  /** The number of records that were compared with what the trail tells of them. */
  compared: number;
  /** Records that differ from the trail, or that are missing. */
  faults: string[];
  /** Records of which no audit entry tells. */
  untold: string[];
  /** The number of encrypted values that were opened. */
  opened: number;
  /** Encrypted values that cannot be opened, or that are not the number by which their person is found. */
  unreadable: string[];
}

export interface TrailStore {
  record(change: Change): Promise<void>;
  trail(filter: TrailFilter): Promise<TrailRecord[]>;
  /** What retention may purge: for each unit, the entries before an instant that were not purged before. */
  purgeable(kind: Segment['kind'], before: string): Promise<Omit<Segment, 'at'>[]>;
  /**
   * Purges the details, or the entries, at the beginning of a chain. The database deletes only what a segment with a valid MAC
   * covers, and the rest still verifies.
   */
  purgeTrail(segment: Segment, change: Change): Promise<void>;
  /** The root units; their trails hold the audit entries that concern the installation. */
  roots(): Promise<UnitRecord[]>;
}
