/** Results of recent import checks, in the memory of this process. */
import type { Kit } from '../core/kit.js';
import type { CheckedRow } from './import-check.js';
import type { ImportContent } from './import-content.js';

const KEPT = 8;
const MINUTES_MS = 10 * 60_000;

export interface LastCheck {
  content: ImportContent;
  rows: CheckedRow[];
}

const checksOfKits = new WeakMap<Kit, LastChecks>();

/** One per kit, in memory. */
export function lastChecksOf(kit: Kit): LastChecks {
  const checks = checksOfKits.get(kit) ?? new LastChecks();
  checksOfKits.set(kit, checks);
  return checks;
}

/**
 * A commit may use a recent check, because its writes are guarded: entries and persons at the version that was read, and unused
 * numbers. If a guard fails, the use case runs again, and the cache is empty by then.
 */
export class LastChecks {
  #kept = new Map<string, LastCheck & { version: number; until: number }>();

  keep(id: string, version: number, check: LastCheck, now: number): void {
    this.#kept.delete(id);
    this.forget(now);
    for (const oldest of [...this.#kept.keys()].slice(0, Math.max(0, this.#kept.size - KEPT + 1))) this.#kept.delete(oldest);
    this.#kept.set(id, { ...check, version, until: now + MINUTES_MS });
  }

  /** Returns a check once. */
  take(id: string, version: number, now: number): LastCheck | null {
    const kept = this.#kept.get(id);
    this.#kept.delete(id);
    return kept && kept.version === version && kept.until > now ? kept : null;
  }

  /** Deletes expired checks, because a list is personal data. */
  forget(now: number): void {
    for (const [id, { until }] of this.#kept) if (until <= now) this.#kept.delete(id);
  }
}
