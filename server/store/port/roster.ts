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
  /** With a path: of the unit and all below it. */
  within?: UnitPath | undefined;
  today: IsoDay;
  /** Of these alone. */
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

/** How many, by what a roster is counted by; months `YYYY-MM`. */
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
  /** Ids of all of them, as they are at one moment. */
  teacherIds(filter: TeacherFilter, order: Order<TeacherSort>): Promise<string[]>;
  /** How many entries of a unit there are, by status and category; the departed not counted. */
  rosterCounts(unitId: string, today: IsoDay): Promise<{ status: TeacherStatus; category: 'teacher' | 'staff'; count: number }[]>;
  person(id: string): Promise<PersonRecord | null>;
  personByNumber(indexes: readonly NumberIndex[]): Promise<PersonRecord | null>;
  /** A new entry for a new person, or for one without a current entry (`person` then carries its next version). */
  register(
    teacher: TeacherRecord,
    person: PersonRecord,
    numbers: IdentityNumber[],
    closed: TransferRecord[],
    change: Change,
  ): Promise<void>;
  /**
   * Saves an entry at the version read; `numbers` become further numbers of the same person. Where the entry becomes the
   * person's current one again, `person` carries its next version: another school may be taking the person in.
   */
  saveTeacher(teacher: TeacherRecord, person: PersonRecord | null, numbers: IdentityNumber[], change: Change): Promise<void>;
  /** The people behind these indexes, for a whole list at once. */
  peopleByNumber(indexes: readonly NumberIndex[]): Promise<Map<NumberIndex, PersonRecord>>;
  teachersById(ids: readonly string[]): Promise<TeacherRecord[]>;
  peopleById(ids: readonly string[]): Promise<PersonRecord[]>;
  /** All entries of a person, the first first. */
  entriesOf(personId: string): Promise<TeacherRecord[]>;
  rosterFigures(where: { unitId: string } | { within: UnitPath }, today: IsoDay): Promise<RosterFigures>;
}
