/** Whether the database is whole: its chains, what was acknowledged, and the invariants that no single row shows. */
import { and, eq, sql } from 'drizzle-orm';
import type { KnownHead, KnownHeads } from '../heads.js';
import type { ChainReport } from '../store.js';
import { faultOf, EMPTY_CHAIN, segmentMacOf, type ChainHead, type Segment, type TrailRow } from '../trail-chain.js';
import type { Driver, Reads, Row, Snapshot, TableName } from './driver.js';

type Fault = NonNullable<ChainReport['fault']>;

async function* rowsOf(snapshot: Snapshot, table: TableName): AsyncGenerator<Row, undefined> {
  for await (const slice of snapshot.rows(table)) yield* slice;
}

/** The details of entries, asked for in the order of the entries. */
class Details {
  #next: IteratorResult<Row, undefined> | null = null;

  constructor(private readonly rows: AsyncGenerator<Row, undefined>) {}

  async end(): Promise<void> {
    await this.rows.return(undefined);
  }

  /** Null where they are not there. */
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

/** Walks every chain of a snapshot from its beginning, or from where retention left it, to its recorded head. */
export async function verifyChains(driver: Driver, key: Buffer, bounds: KnownHeads): Promise<ChainReport> {
  const snapshot = await driver.snapshot();
  const details = new Details(rowsOf(snapshot, 'trailDetails'));
  try {
    const ends = new Map<string, ChainHead>();
    for await (const row of rowsOf(snapshot, 'trailHeads')) ends.set(row['unitId'] as string, row as unknown as ChainHead);
    const { segments, fault } = await readSegments(snapshot, key);
    const walk = new Walk(key, ends, segments, bounds);
    if (fault) walk.fault = fault;
    for await (const row of rowsOf(snapshot, 'trail')) {
      if (walk.fault) break;
      walk.step(row as unknown as TrailRow, await details.of(row as unknown as TrailRow));
    }
    return walk.report();
  } finally {
    // At a fault they are left in the middle.
    await details.end();
    await snapshot.close();
  }
}

class Walk {
  fault: Fault | null = null;
  #entries = 0;
  #unitId: string | null = null;
  #head: ChainHead = EMPTY_CHAIN;
  #seen = new Set<string>();
  #restoredAt: string | null = null;
  /** What was acknowledged and is not there; a restored backup may explain it. */
  #lost: { unitId: string; bound: KnownHead; what: string }[] = [];

  constructor(
    private readonly key: Buffer,
    private readonly ends: ReadonlyMap<string, ChainHead>,
    private readonly segments: ReadonlyMap<string, Segment>,
    private readonly bounds: KnownHeads,
  ) {}

  step(row: TrailRow, details: string | null): void {
    if (row.unitId !== this.#unitId) {
      this.#end();
      this.#begin(row.unitId);
    }
    if (this.fault) return;
    const what = faultOf(this.key, this.#head, row, details);
    if (what !== null) this.#fail(row.seq, what);
    else if (details === null && row.seq > this.#purged(row.unitId)) this.#fail(row.seq, 'its details are missing');
    const bound = this.bounds.get(row.unitId);
    if (bound?.seq === row.seq && bound.mac !== row.mac)
      this.#miss(row.unitId, bound, 'another entry stands in the place of one that was acknowledged');
    if (row.action === 'restored' && (this.#restoredAt ?? '') < row.at) this.#restoredAt = row.at;
    this.#head = { seq: row.seq, mac: row.mac };
    this.#entries++;
  }

  report(): ChainReport {
    this.#end();
    for (const unitId of new Set([...this.ends.keys(), ...this.bounds.keys()])) {
      if (this.#seen.has(unitId) || this.fault) continue;
      // A chain of which retention has taken all, or one that is gone.
      this.#begin(unitId);
      this.#end();
    }
    const lost = this.#lost.find(({ bound }) => this.#restoredAt === null || bound.at > this.#restoredAt);
    if (!this.fault && lost) this.fault = { unitId: lost.unitId, seq: lost.bound.seq, what: lost.what };
    return { entries: this.#entries, units: this.ends.size, fault: this.fault, restoredAt: this.#restoredAt, knownHeads: this.bounds.size };
  }

  #purged(unitId: string): number {
    return Math.max(this.segments.get(`${unitId} details`)?.upTo ?? 0, this.segments.get(`${unitId} entries`)?.upTo ?? 0);
  }

  #begin(unitId: string): void {
    this.#unitId = unitId;
    this.#seen.add(unitId);
    const segment = this.segments.get(`${unitId} entries`);
    this.#head = segment ? { seq: segment.upTo, mac: segment.mac } : EMPTY_CHAIN;
  }

  #end(): void {
    const unitId = this.#unitId;
    this.#unitId = null;
    if (unitId === null || this.fault) return;
    const end = this.ends.get(unitId);
    const { seq, mac } = this.#head;
    const bound = this.bounds.get(unitId);
    if (bound && bound.seq > seq) this.#miss(unitId, bound, `entries ${seq + 1} to ${bound.seq} were acknowledged and are missing`);
    if (!end && seq === 0) return;
    if (end?.seq !== seq || end.mac !== mac) this.fault = { unitId, seq: seq + 1, what: 'the chain ends before its recorded head' };
  }

  #fail(seq: number, what: string): void {
    this.fault = { unitId: this.#unitId!, seq, what };
  }

  #miss(unitId: string, bound: KnownHead, what: string): void {
    this.#lost.push({ unitId, bound, what });
  }
}

/** Invariants that no single row shows. */
export async function brokenInvariants({ db, tables }: Driver, reads: Reads): Promise<string[]> {
  const { teachers, persons, accounts, units } = tables;
  const found: string[] = [];
  const look = async (what: string, query: Promise<{ id: string }[]>): Promise<void> => {
    for (const { id } of await reads.now(query)) found.push(`${what}: ${id}`);
  };
  await look(
    'a person whose entry is missing',
    db
      .select({ id: persons.id })
      .from(persons)
      .leftJoin(teachers, eq(teachers.id, persons.teacherId))
      .where(sql`${teachers.id} is null`)
      .limit(5),
  );
  await look(
    'an entry without a person',
    db
      .select({ id: teachers.id })
      .from(teachers)
      .leftJoin(persons, eq(persons.id, teachers.personId))
      .where(sql`${persons.id} is null`)
      .limit(5),
  );
  await look(
    'a person on two rosters, here by the entry',
    db
      .select({ id: teachers.id })
      .from(teachers)
      .innerJoin(persons, eq(persons.id, teachers.personId))
      .where(and(sql`${teachers.departureOn} is null`, sql`${persons.teacherId} <> ${teachers.id}`))
      .limit(5),
  );
  await look(
    'an account without a unit',
    db
      .select({ id: accounts.id })
      .from(accounts)
      .leftJoin(units, eq(units.id, accounts.unitId))
      .where(sql`${units.id} is null`)
      .limit(5),
  );
  await look(
    'an entry without its unit’s path',
    db
      .select({ id: teachers.id })
      .from(teachers)
      .leftJoin(units, and(eq(units.id, teachers.unitId), eq(units.path, teachers.unitPath)))
      .where(sql`${units.id} is null`)
      .limit(5),
  );
  await look(
    'a unit that is not below its parent',
    db
      .select({ id: units.id })
      .from(units)
      .where(
        sql`${units.parentId} is not null and not exists (select 1 from units p where p.id = ${units.parentId} and ${units.path} = p.path || ${units.id} || '/')`,
      )
      .limit(5),
  );
  return found;
}
