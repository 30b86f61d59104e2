/** What a list was found to come to a moment ago, in the memory of this process alone. */
import type { CheckedLine } from './import-check.js';
import type { ImportContent } from './import-content.js';

const KEPT = 8;
const MINUTES_MS = 10 * 60_000;

export interface LastCheck {
  content: ImportContent;
  lines: CheckedLine[];
}

/**
 * A commit may go by it, because whatever it writes is guarded: an entry or a person at the version that was read, a number
 * that nobody has. Where a guard no longer holds the decision is made anew, and by then this is empty.
 */
export class LastChecks {
  #kept = new Map<string, LastCheck & { until: number }>();

  keep(id: string, version: number, check: LastCheck, now: number): void {
    for (const key of [...this.#kept.keys()].slice(0, Math.max(0, this.#kept.size - KEPT + 1))) this.#kept.delete(key);
    this.#kept.set(`${id} ${version}`, { ...check, until: now + MINUTES_MS });
  }

  /** Once. */
  take(id: string, version: number, now: number): LastCheck | null {
    const key = `${id} ${version}`;
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    return kept && kept.until > now ? kept : null;
  }
}
