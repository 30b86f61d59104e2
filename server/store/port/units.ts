/** The tree of units. */
import type { UnitPath } from '../../domain/units.js';
import type { AccountRecord, UnitRecord } from '../records.js';
import type { Change } from './change.js';
import type { Page, Slice } from './list.js';

export interface UnitStore {
  unit(id: string): Promise<UnitRecord | null>;
  unitByCode(code: string): Promise<UnitRecord | null>;
  /** The children of a unit, or the units of a subtree whose name or code contains `q`; sorted by code. */
  units(filter: { within: UnitPath; parentId?: string | undefined; q?: string | undefined }, page: Page): Promise<Slice<UnitRecord>>;
  /** All units whose name or code contains `q`, at most `limit`. */
  directory(q: string, limit: number): Promise<UnitRecord[]>;
  unitsById(ids: readonly string[]): Promise<UnitRecord[]>;
  /** The active head of each unit that has one. */
  headsOf(unitIds: readonly string[]): Promise<Map<string, AccountRecord>>;
  openUnit(unit: UnitRecord, change: Change): Promise<void>;
  saveUnit(unit: UnitRecord, change: Change): Promise<void>;
  /** Saves the unit under its new parent, and updates the paths of all units and entries below it. */
  moveUnit(unit: UnitRecord, from: UnitPath, change: Change): Promise<void>;
}
