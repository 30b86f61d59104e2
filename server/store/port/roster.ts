/** Roster entries and the persons behind them. */
import type { IsoDay } from '../../domain/dates.js';
import type { DepartureKind, TeacherStatus } from '../../domain/teachers.js';
import type { UnitPath } from '../../domain/units.js';
import type { IdentityNumber, NumberIndex, PersonRecord, TeacherRecord, TransferRecord } from '../records.js';
import type { Change } from './change.js';
import type { Order, Page, Slice } from './list.js';

export type TeacherSort = 'name' | 'username' | 'status' | 'title' | 'stage' | 'email' | 'registeredAt';

export interface TeacherFilter {
  unitId: string;
  /** A path: of its unit and all units below it, instead of `unitId`. */
  within?: UnitPath | undefined;
  today: IsoDay;
  /** Only these. */
  ids?: readonly string[] | undefined;
  departed: boolean;
  q?: string | undefined;
  subject?: string | undefined;
  stage?: string | undefined;
  status?: TeacherStatus | undefined;
  category?: 'teacher' | 'staff' | undefined;
}

export interface EntryWithPerson {
  teacher: TeacherRecord;
  person: PersonRecord;
  numbers: IdentityNumber[];
}

/** The counts of the statistics; months `YYYY-MM`. */
export interface RosterFigures {
  people: {
    status: TeacherStatus;
    category: 'teacher' | 'staff';
    title: string;
    stage: string | null;
    subjects: string[];
    count: number;
  }[];
  registered: { month: string; count: number }[];
  left: { month: string; kind: DepartureKind; count: number }[];
}

export interface RosterStore {
  teacher(id: string): Promise<TeacherRecord | null>;
  teachers(filter: TeacherFilter, order: Order<TeacherSort>, page: Page): Promise<Slice<TeacherRecord>>;
  /** The ids of all matching entries, from one consistent read. */
  teacherIds(filter: TeacherFilter, order: Order<TeacherSort>): Promise<string[]>;
  /** The number of entries of a unit by status and category, without departed ones. */
  rosterCounts(unitId: string, today: IsoDay): Promise<{ status: TeacherStatus; category: 'teacher' | 'staff'; count: number }[]>;
  person(id: string): Promise<PersonRecord | null>;
  personByNumber(indexes: readonly NumberIndex[]): Promise<PersonRecord | null>;
  /**
   * Adds an entry for a new person, or for one without a current entry; `person` then has its next version. `closed`: proposals
   * that the registration settles.
   */
  register(
    teacher: TeacherRecord,
    person: PersonRecord,
    numbers: IdentityNumber[],
    closed: TransferRecord[],
    change: Change,
  ): Promise<void>;
  /**
   * Saves an entry at the version that was read, and adds `numbers` to the person. Where the entry becomes the person's current
   * one again, `person` has its next version, so that a concurrent registration by another school is a conflict.
   */
  saveTeacher(teacher: TeacherRecord, person: PersonRecord | null, numbers: IdentityNumber[], change: Change): Promise<void>;
  /** The people with these blind indexes. */
  peopleByNumber(indexes: readonly NumberIndex[]): Promise<Map<NumberIndex, PersonRecord>>;
  teachersById(ids: readonly string[]): Promise<TeacherRecord[]>;
  peopleById(ids: readonly string[]): Promise<PersonRecord[]>;
  /** All entries of a person, oldest first. */
  entriesOf(personId: string): Promise<TeacherRecord[]>;
  rosterFigures(where: { unitId: string } | { within: UnitPath }, today: IsoDay): Promise<RosterFigures>;
}
