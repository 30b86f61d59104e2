/** Compares records with what the audit trail tells of them. */
import {
  auditedAccount,
  auditedTeacher,
  auditedUnit,
  differingFields,
  toldBy,
  untoldIdentities,
  type TellingEntry,
  type Told,
} from '../../domain/audited-records.js';
import { handoverStatesAfter, type HandoverState } from '../../domain/handover.js';
import type { RecordReport } from '../store.js';
import type { TrailRow } from '../trail-chain.js';
import type { Row, Snapshot, TableOfUnits } from './driver.js';
import { toAccount, toTeacher, toUnit, type AccountRow, type TeacherRow, type UnitRow } from './mapping.js';
import { Findings, rowsOf } from './verify-values.js';

type Report = Pick<RecordReport, 'compared' | 'faults' | 'untold'>;
type Kind = 'account' | 'roster entry' | 'unit' | 'hand-over' | 'integration';

function telling({ action, outcome }: TrailRow, details: string | null): TellingEntry {
  return { action, outcome, details: details === null ? null : (JSON.parse(details) as NonNullable<TellingEntry['details']>) };
}

/** Takes the audit entries of all chains, unit by unit and in their order. The records of a unit are compared when its chain has ended. */
export class RecordVerification {
  #faults = new Findings();
  #untold = new Findings();
  #compared = 0;
  /** The unit whose chain is being read. */
  #unitId: string | null = null;
  /** What is told of the accounts and roster entries of that unit, by id. */
  #told = new Map<string, Told>();
  /** What is told of units, hand-overs and integrations: there are few of them, and the entry of a new unit is in the chain of its parent. */
  #toldOfFew = new Map<string, Told>();
  #finished = new Set<string>();

  private constructor(
    private readonly snapshot: Snapshot,
    private readonly isPurged: (unitId: string) => boolean,
    /** The issuers of the outside identities of each account. */
    private readonly issuers: ReadonlyMap<string, string[]>,
  ) {}

  static async of(snapshot: Snapshot, isPurged: (unitId: string) => boolean): Promise<RecordVerification> {
    const issuers = new Map<string, string[]>();
    for await (const row of rowsOf(snapshot, 'identities')) {
      const { accountId, issuer } = row as { accountId: string; issuer: string };
      issuers.set(accountId, [...(issuers.get(accountId) ?? []), issuer]);
    }
    return new RecordVerification(snapshot, isPurged, issuers);
  }

  async addEntry(row: TrailRow, details: string | null): Promise<void> {
    const { unitId, targetType, targetId } = row;
    if (this.#unitId !== null && unitId !== this.#unitId) await this.#compareUnit(this.#unitId);
    this.#unitId = unitId;
    switch (targetType) {
      case 'account':
      case 'teacher':
        return this.#tell(this.#told, row, details);
      case 'integration':
        return this.#tell(this.#toldOfFew, row, details);
      case 'handover': {
        this.#tell(this.#toldOfFew, row, details);
        const told = this.#toldOfFew.get(targetId);
        if (!told || row.outcome === 'denied') return;
        // Without its details an entry does not say which consent it was.
        const states = details === null ? null : handoverStatesAfter(row.action, telling(row, details).details!.after);
        this.#toldOfFew.set(targetId, { ...told, values: { ...told.values, states: states ?? told.values['states'] } });
        return;
      }
      case 'unit': {
        if (targetId === unitId) return this.#tell(this.#toldOfFew, row, details);
        const own = this.#toldOfFew.get(targetId);
        const first = toldBy(undefined, telling(row, details));
        // The entries in its own chain are newer.
        if (first) this.#toldOfFew.set(targetId, { ...first, values: { ...first.values, ...own?.values } });
        return;
      }
      default:
        return;
    }
  }

  #tell(where: Map<string, Told>, row: TrailRow, details: string | null): void {
    const told = toldBy(where.get(row.targetId), telling(row, details));
    if (told) where.set(row.targetId, told);
  }

  /** What was found before a chain turned out to have a fault. */
  partialReport(): Report {
    return { compared: this.#compared, faults: this.#faults.list, untold: this.#untold.list };
  }

  async report(): Promise<Report> {
    if (this.#unitId !== null) await this.#compareUnit(this.#unitId);
    const unitIds: string[] = [];
    for await (const row of rowsOf(this.snapshot, 'units')) {
      const unit = toUnit(row as UnitRow);
      const purged = this.isPurged(unit.id) || (unit.parentId !== null && this.isPurged(unit.parentId));
      this.#compare('unit', unit.id, this.#toldOfFew.get(unit.id), auditedUnit(unit), purged);
      this.#toldOfFew.delete(unit.id);
      unitIds.push(unit.id);
    }
    // Units without a chain: whatever is in them has no entry.
    for (const unitId of unitIds) if (!this.#finished.has(unitId)) await this.#compareUnit(unitId);
    await this.#compareFew();
    return this.partialReport();
  }

  async #compareFew(): Promise<void> {
    for await (const row of rowsOf(this.snapshot, 'handovers')) {
      const { id, unitId, toId, state } = row as { id: string; unitId: string; toId: string; state: HandoverState };
      const told = this.#toldOfFew.get(id);
      this.#compare('hand-over', id, told, { toId }, this.isPurged(unitId));
      const states = told?.values['states'] as readonly HandoverState[] | undefined;
      if (states && !states.includes(state)) this.#faults.add(`the state of the hand-over ${id} is not the one in the audit trail`);
      this.#toldOfFew.delete(id);
    }
    for await (const row of rowsOf(this.snapshot, 'integrations')) {
      const { id, unitId } = row as { id: string; unitId: string };
      this.#compare('integration', id, this.#toldOfFew.get(id), {}, this.isPurged(unitId));
      this.#toldOfFew.delete(id);
    }
    for (const [id, { exists }] of this.#toldOfFew)
      if (exists) this.#faults.add(`a unit, hand-over or integration is missing, of which the audit trail tells: ${id}`);
  }

  async #compareUnit(unitId: string): Promise<void> {
    const purged = this.isPurged(unitId);
    const compare = (kind: Kind, id: string, audited: Record<string, unknown>): void => {
      this.#compare(kind, id, this.#told.get(id), audited, purged);
      this.#told.delete(id);
    };
    for await (const row of this.#rowsOfUnit('accounts', unitId)) {
      const account = toAccount(row as AccountRow);
      const identities = untoldIdentities(this.#told.get(account.id), this.issuers.get(account.id) ?? []);
      if (identities > 0 && !purged) this.#faults.add(`an outside identity of the account ${account.id} has no audit entry`);
      compare('account', account.id, auditedAccount(account));
    }
    for await (const row of this.#rowsOfUnit('teachers', unitId)) {
      const teacher = toTeacher(row as TeacherRow);
      compare('roster entry', teacher.id, auditedTeacher(teacher));
    }
    for (const [id, { exists }] of this.#told)
      if (exists) this.#faults.add(`an account or roster entry is missing, of which the audit trail of unit ${unitId} tells: ${id}`);
    this.#told = new Map();
    this.#finished.add(unitId);
  }

  async *#rowsOfUnit(table: TableOfUnits, unitId: string): AsyncGenerator<Row> {
    for await (const rows of this.snapshot.rowsOfUnit(table, unitId)) yield* rows;
  }

  #compare(kind: Kind, id: string, told: Told | undefined, audited: Record<string, unknown>, purged: boolean): void {
    this.#compared++;
    if (told === undefined) {
      if (!purged) this.#untold.add(`${kind} ${id}`);
      return;
    }
    const fields = told.exists === false ? ['existence'] : differingFields(told, audited);
    if (fields.length > 0) this.#faults.add(`the ${kind} ${id} differs from the audit trail: ${fields.join(', ')}`);
  }
}
