/** Verifies the audit trail: its chains, and the known heads. */
import type { KnownHead, KnownHeads } from '../heads.js';
import type { ChainReport, StoreSecrets, Verification } from '../store.js';
import { faultOf, EMPTY_CHAIN, segmentMacOf, type ChainHead, type Segment, type TrailRow } from '../trail-chain.js';
import type { Driver, Row, Snapshot } from './driver.js';
import { RecordVerification } from './verify-records.js';
import { rowsOf, unreadableValues } from './verify-values.js';

type Fault = NonNullable<ChainReport['fault']>;

/** Reads the details of audit entries in step with the entries, which are in the same order. */
class Details {
  #next: IteratorResult<Row, undefined> | null = null;

  constructor(private readonly rows: AsyncGenerator<Row, undefined>) {}

  async end(): Promise<void> {
    await this.rows.return(undefined);
  }

  /** Null where the entry has no details. */
  async of({ unitId, seq }: TrailRow): Promise<string | null> {
    this.#next ??= await this.rows.next();
    const row = this.#next.done ? null : (this.#next.value as { unitId: string; seq: number; details: string });
    if (row?.unitId !== unitId || row.seq !== seq) return null;
    this.#next = null;
    return row.details;
  }
}

async function readSegments(snapshot: Snapshot, key: Buffer): Promise<{ segments: Map<string, Segment>; fault: Fault | null }> {
  const segments = new Map<string, Segment>();
  for await (const row of rowsOf(snapshot, 'trailSegments')) {
    const segment = row as unknown as Segment & { seal: string };
    if (segmentMacOf(key, segment) !== segment.seal)
      return { segments, fault: { unitId: segment.unitId, seq: segment.upTo, what: 'the record of its purge was changed' } };
    segments.set(`${segment.unitId} ${segment.kind}`, segment);
  }
  return { segments, fault: null };
}

/**
 * Verifies one snapshot: every chain, from its beginning or the end of its purged segment to its recorded head; the records, against
 * what the chains tell of them; and the encrypted values. One unit, and some rows of a table, are in memory at a time.
 */
export async function verifySnapshot(
  driver: Driver,
  { trailKey, sealReader }: StoreSecrets,
  { known, kept }: { known: KnownHeads; kept: boolean },
): Promise<Pick<Verification, 'chain' | 'records'>> {
  const snapshot = await driver.snapshot();
  const details = new Details(rowsOf(snapshot, 'trailDetails'));
  try {
    const heads = new Map<string, ChainHead>();
    for await (const row of rowsOf(snapshot, 'trailHeads')) heads.set(row['unitId'] as string, row as unknown as ChainHead);
    const { segments, fault } = await readSegments(snapshot, trailKey);
    const chains = new ChainVerification(trailKey, heads, segments, known);
    if (fault) chains.fault = fault;
    const records = await RecordVerification.of(snapshot, (unitId) => segments.has(`${unitId} entries`));
    for await (const row of rowsOf(snapshot, 'trail')) {
      if (chains.fault) break;
      const auditEntry = row as unknown as TrailRow;
      const text = await details.of(auditEntry);
      chains.addEntry(auditEntry, text);
      await records.addEntry(auditEntry, text);
    }
    const chain = { ...chains.report(), headsMissing: kept && known.size === 0 && heads.size > 0 };
    // A chain with a fault does not tell what is true of its records.
    const compared = chain.fault === null ? await records.report() : records.partialReport();
    return { chain, records: { ...compared, ...(await unreadableValues(snapshot, driver.tables, sealReader)) } };
  } finally {
    // After a fault not all details were read.
    await details.end();
    await snapshot.close();
  }
}

/** Takes the audit entries of all chains, unit by unit and in their order. */
class ChainVerification {
  fault: Fault | null = null;
  #entries = 0;
  #unitId: string | null = null;
  #head: ChainHead = EMPTY_CHAIN;
  #verifiedUnits = new Set<string>();
  #restoredAt: string | null = null;
  /** Known heads that are not in the database; a restored backup may explain them. */
  #missing: { unitId: string; known: KnownHead; what: string }[] = [];

  constructor(
    private readonly key: Buffer,
    private readonly recordedHeads: ReadonlyMap<string, ChainHead>,
    private readonly segments: ReadonlyMap<string, Segment>,
    private readonly knownHeads: KnownHeads,
  ) {}

  addEntry(row: TrailRow, details: string | null): void {
    if (row.unitId !== this.#unitId) {
      this.#endChain();
      this.#beginChain(row.unitId);
    }
    if (this.fault) return;
    const what = faultOf(this.key, this.#head, row, details);
    if (what !== null) this.#fail(row.seq, what);
    else if (details === null && row.seq > this.#purgedUpTo(row.unitId)) this.#fail(row.seq, 'its details are missing');
    const known = this.knownHeads.get(row.unitId);
    if (known?.seq === row.seq && known.mac !== row.mac)
      this.#addMissing(row.unitId, known, 'the acknowledged entry was replaced by another one');
    if (row.action === 'restored' && (this.#restoredAt ?? '') < row.at) this.#restoredAt = row.at;
    this.#head = { seq: row.seq, mac: row.mac };
    this.#entries++;
  }

  report(): Omit<ChainReport, 'headsMissing'> {
    this.#endChain();
    for (const unitId of new Set([...this.recordedHeads.keys(), ...this.knownHeads.keys()])) {
      if (this.#verifiedUnits.has(unitId) || this.fault) continue;
      // A chain without entries: all of them were purged, or they are missing.
      this.#beginChain(unitId);
      this.#endChain();
    }
    const lost = this.#missing.find(({ known }) => this.#restoredAt === null || known.at > this.#restoredAt);
    if (!this.fault && lost) this.fault = { unitId: lost.unitId, seq: lost.known.seq, what: lost.what };
    return {
      entries: this.#entries,
      units: this.recordedHeads.size,
      fault: this.fault,
      restoredAt: this.#restoredAt,
      knownHeads: this.knownHeads.size,
    };
  }

  #purgedUpTo(unitId: string): number {
    return Math.max(this.segments.get(`${unitId} details`)?.upTo ?? 0, this.segments.get(`${unitId} entries`)?.upTo ?? 0);
  }

  #beginChain(unitId: string): void {
    this.#unitId = unitId;
    this.#verifiedUnits.add(unitId);
    const segment = this.segments.get(`${unitId} entries`);
    this.#head = segment ? { seq: segment.upTo, mac: segment.mac } : EMPTY_CHAIN;
  }

  #endChain(): void {
    const unitId = this.#unitId;
    this.#unitId = null;
    if (unitId === null || this.fault) return;
    const recorded = this.recordedHeads.get(unitId);
    const { seq, mac } = this.#head;
    const known = this.knownHeads.get(unitId);
    if (known && known.seq > seq) this.#addMissing(unitId, known, `entries ${seq + 1} to ${known.seq} were acknowledged and are missing`);
    if (!recorded && seq === 0) return;
    if (recorded?.seq !== seq || recorded.mac !== mac)
      this.fault = { unitId, seq: seq + 1, what: 'the chain ends before its recorded head' };
  }

  #fail(seq: number, what: string): void {
    this.fault = { unitId: this.#unitId!, seq, what };
  }

  #addMissing(unitId: string, known: KnownHead, what: string): void {
    this.#missing.push({ unitId, known, what });
  }
}
