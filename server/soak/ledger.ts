/**
 * What the clients requested and which responses they got, and the comparison of a database with it. Every acknowledged
 * write must be in the database with its audit entry; every other write must be there completely or not at all.
 */
import type { TeacherRecord } from '../store/records.js';
import type { Store } from '../store/store.js';

/** As far as the client knows. `unknown`: it got no response, or a 5xx. */
export type Outcome = 'acknowledged' | 'refused' | 'unknown';

export interface Registration {
  /** The entry's `unitNote`, by which the judge finds the entry. */
  note: string;
  /** The idempotency key. */
  key: string;
  body: Record<string, unknown>;
  outcome: Outcome;
  id: string | null;
}

/** Edits of the remark of one entry. */
export interface EntryEdits {
  /** The remark of the newest acknowledged edit. */
  acknowledged: string | null;
  /** The remark of a later edit with an unknown outcome. */
  open: string | null;
}

export interface Judgement {
  acknowledged: number;
  lost: number;
  halfDone: number;
  /** One text per fault, for debugging. */
  findings: string[];
}

export class Ledger {
  readonly registrations = new Map<string, Registration>();
  readonly edits = new Map<string, EntryEdits>();
  #judged = new Set<string>();

  /** Registrations with an unknown outcome. */
  get open(): Registration[] {
    return [...this.registrations.values()].filter(({ outcome }) => outcome === 'unknown');
  }

  get acknowledged(): number {
    return this.acknowledgedNotes().size;
  }

  /** The notes of the registrations acknowledged so far. */
  acknowledgedNotes(): Set<string> {
    return new Set([...this.registrations.values()].filter(({ outcome }) => outcome === 'acknowledged').map(({ note }) => note));
  }

  /**
   * Compares the database with the registrations that were not judged before. With `asOf`, the store is a copy that must
   * hold at least the registrations with these notes.
   */
  async judge(store: Store, unitId: string, asOf?: ReadonlySet<string>): Promise<Judgement> {
    const judgement: Judgement = { acknowledged: 0, lost: 0, halfDone: 0, findings: [] };
    const entries = await entriesByNote(store, unitId);
    for (const registration of this.registrations.values()) {
      const { note, outcome } = registration;
      if (!asOf && this.#judged.has(note)) continue;
      const required = asOf ? asOf.has(note) : outcome === 'acknowledged';
      await this.#judgeOne(store, registration, required, entries.get(note) ?? [], judgement, asOf === undefined);
      if (!asOf && outcome !== 'unknown') this.#judged.add(note);
    }
    const { database, chain } = await store.verify();
    const faults = [...database, ...(chain.fault ? [`trail: ${chain.fault.what}`] : [])];
    judgement.halfDone += faults.length;
    judgement.findings.push(...faults);
    return judgement;
  }

  async #judgeOne(
    store: Store,
    { note, id }: Registration,
    required: boolean,
    entries: TeacherRecord[],
    judgement: Judgement,
    withEdits: boolean,
  ): Promise<void> {
    const addFinding = (text: string): void => void judgement.findings.push(`${note}: ${text}`);
    if (required) {
      judgement.acknowledged++;
      if (entries.length === 0 || entries[0]!.id !== id) {
        judgement.lost++;
        addFinding('acknowledged and lost');
      }
    }
    if (entries.length > 1) {
      judgement.halfDone++;
      addFinding(`written ${entries.length} times`);
    }
    for (const entry of entries) {
      const trail = await store.trail({ unitId: entry.unitId, targetId: entry.id, limit: 1_000 });
      const count = (action: string): number => trail.filter((each) => each.action === action && each.outcome === 'done').length;
      if (count('teacher.register') !== 1 || count('teacher.update') !== entry.version - 1) {
        judgement.halfDone++;
        addFinding(`version ${entry.version}, with ${count('teacher.register')} + ${count('teacher.update')} audit entries`);
      }
      const edits = withEdits ? this.edits.get(entry.id) : undefined;
      if (!edits || entry.remark === edits.acknowledged || entry.remark === edits.open) continue;
      judgement.lost++;
      addFinding(`the edit "${edits.acknowledged}" was acknowledged, but the entry has "${entry.remark}"`);
    }
  }
}

async function entriesByNote(store: Store, unitId: string): Promise<Map<string, TeacherRecord[]>> {
  const entries = new Map<string, TeacherRecord[]>();
  for (let page = 1; ; page++) {
    const filter = { unitId, today: '1912-01-01', departed: false };
    const { items, total } = await store.teachers(filter, { by: 'name', descending: false }, { page, pageSize: 1_000 });
    for (const item of items) {
      if (item.unitNote === null) continue;
      entries.set(item.unitNote, [...(entries.get(item.unitNote) ?? []), item]);
    }
    if (page * 1_000 >= total) return entries;
  }
}
