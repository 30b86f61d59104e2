/** What a list was found to come to a moment ago, in the memory of this process alone. */
import type { Kit } from '../core/kit.js';
import type { CheckedLine } from './import-check.js';
import type { ImportContent } from './import-content.js';

const KEPT = 8;
const MINUTES_MS = 10 * 60_000;

export interface LastCheck {
  content: ImportContent;
  lines: CheckedLine[];
}

const checksOfKits = new WeakMap<Kit, LastChecks>();

/** One per kit, in memory. */
export function lastChecksOf(kit: Kit): LastChecks {
  const checks = checksOfKits.get(kit) ?? new LastChecks();
  checksOfKits.set(kit, checks);
  return checks;
}

/**
 * A commit may go by it, because whatever it writes is guarded: an entry or a person at the version that was read, a number
 * that nobody has. Where a guard no longer holds the decision is made anew, and by then this is empty.
 */
export class LastChecks {
  #kept = new Map<string, LastCheck & { version: number; until: number }>();

  keep(id: string, version: number, check: LastCheck, now: number): void {
    this.#kept.delete(id);
    this.forget(now);
    for (const oldest of [...this.#kept.keys()].slice(0, Math.max(0, this.#kept.size - KEPT + 1))) this.#kept.delete(oldest);
    this.#kept.set(id, { ...check, version, until: now + MINUTES_MS });
  }

  /** Once. */
  take(id: string, version: number, now: number): LastCheck | null {
    const kept = this.#kept.get(id);
    this.#kept.delete(id);
    return kept && kept.version === version && kept.until > now ? kept : null;
  }

  /** A list is somebody's data: it does not stay once its time is over. */
  forget(now: number): void {
    for (const [id, { until }] of this.#kept) if (until <= now) this.#kept.delete(id);
  }
}
