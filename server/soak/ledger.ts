/**
 * The client's own book of what it asked for and what it was told, and the judge who holds a database against it:
 * every acknowledged write is there with its line in the trail; every other is there whole, or not at all.
 */
import type { TeacherRecord } from '../store/records.js';
import type { Store } from '../store/store.js';

export type Told = 'acknowledged' | 'refused' | 'nothing';

export interface Registration {
  /** Stands in the entry's `unitNote`, by which it is found again. */
  note: string;
  /** Idempotency-Key. */
  key: string;
  body: Record<string, unknown>;
  told: Told;
  id: string | null;
}

/** Edits of one entry, one after the other. */
export interface Edits {
  acknowledged: string | null;
  /** What may or may not have been written after it. */
  open: string | null;
}

export interface Judgement {
  acknowledged: number;
  lost: number;
  halfDone: number;
  /** What was found, for whoever has to mend it. */
  findings: string[];
}

export class Ledger {
  readonly registrations = new Map<string, Registration>();
  readonly edits = new Map<string, Edits>();
  #judged = new Set<string>();

  /** Registrations that nobody answered for. */
  get open(): Registration[] {
    return [...this.registrations.values()].filter(({ told }) => told === 'nothing');
  }

  get acknowledged(): number {
    return this.notes().size;
  }

  /** Of what has been acknowledged so far. */
  notes(): Set<string> {
    return new Set([...this.registrations.values()].filter(({ told }) => told === 'acknowledged').map(({ note }) => note));
  }

  /**
   * Holds the database against what has not been judged yet. With `asOf`, it is a copy made when that was acknowledged:
   * all of that is in it, and the rest whole or not at all.
   */
  async judge(store: Store, unitId: string, asOf?: ReadonlySet<string>): Promise<Judgement> {
    const found: Judgement = { acknowledged: 0, lost: 0, halfDone: 0, findings: [] };
    const entries = await entriesByNote(store, unitId);
    for (const registration of this.registrations.values()) {
      const { note, told } = registration;
      if (!asOf && this.#judged.has(note)) continue;
      const due = asOf ? asOf.has(note) : told === 'acknowledged';
      await this.#judgeOne(store, registration, due, entries.get(note) ?? [], found, asOf === undefined);
      if (!asOf && told !== 'nothing') this.#judged.add(note);
    }
    const { database, chain } = await store.verify();
    const broken = [...database, ...(chain.fault ? [`trail: ${chain.fault.what}`] : [])];
    found.halfDone += broken.length;
    found.findings.push(...broken);
    return found;
  }

  async #judgeOne(
    store: Store,
    { note, id }: Registration,
    due: boolean,
    held: TeacherRecord[],
    found: Judgement,
    withEdits: boolean,
  ): Promise<void> {
    const say = (what: string): void => void found.findings.push(`${note}: ${what}`);
    if (due) {
      found.acknowledged++;
      if (held.length === 0 || held[0]!.id !== id) {
        found.lost++;
        say('acknowledged and lost');
      }
    }
    if (held.length > 1) {
      found.halfDone++;
      say(`written ${held.length} times`);
    }
    for (const entry of held) {
      const lines = await store.trail({ unitId: entry.unitId, targetId: entry.id, limit: 1_000 });
      const count = (action: string): number => lines.filter((line) => line.action === action && line.outcome === 'done').length;
      if (count('teacher.register') !== 1 || count('teacher.update') !== entry.version - 1) {
        found.halfDone++;
        say(`version ${entry.version}, with ${count('teacher.register')} + ${count('teacher.update')} lines`);
      }
      const edits = withEdits ? this.edits.get(entry.id) : undefined;
      if (!edits || entry.remark === edits.acknowledged || entry.remark === edits.open) continue;
      found.lost++;
      say(`the edit "${edits.acknowledged}" was acknowledged, but "${entry.remark}" stands there`);
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
