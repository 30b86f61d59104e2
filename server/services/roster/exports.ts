/** 資料下載: exports the list as a file. Masked with 編號 for re-import; with personal data only for a reason. */
import { HEADINGS, type ImportField } from '../../domain/import-columns.js';
import { writesRoster } from '../../domain/authority.js';
import { sexText } from '../../domain/roster-cells.js';
import type { TeacherRecord } from '../../store/records.js';
import type { Act, Fields } from '../core/act.js';
import { auditEntry, denied } from '../core/audit.js';
import { guardsOf } from '../core/change.js';
import { enforceLimit } from '../core/rate-limit.js';
import { placesOf, type Place } from '../core/places.js';
import { entryCells, tableFile, type FileFormat, type RosterFile } from './roster-files.js';
import { teacherView } from './teacher-view.js';
import { openIdentity, rosterFilter, type RosterQuery } from './teachers.js';

const SLICE = 500;

const STATUS = { pending: '待申請', active: '啟用中', roaming: '帳號漫遊 已啟用' } as const;

type Column = ImportField | 'username' | 'category' | 'status' | 'departure';

const MORE: Record<Exclude<Column, ImportField>, string> = {
  username: '使用者帳號',
  category: '類別',
  status: '帳號狀況',
  departure: '離退日期',
};

const COLUMNS: readonly Column[] = [
  ...(['id', 'username', 'name', 'sex', 'nationalId', 'title', 'category', 'status'] as const),
  ...(['stage', 'subjects', 'email', 'unitNote', 'remark', 'departure'] as const),
];
const FULL_COLUMNS: readonly Column[] = COLUMNS.flatMap((column) => (column === 'nationalId' ? [column, 'birthDate' as const] : [column]));

const headingOf = (column: Column): string => (column in MORE ? MORE[column as keyof typeof MORE] : HEADINGS[column as ImportField]);

/** A row as its reader may see it. The identity number is unmasked only with `personalData`. */
function rowOf(act: Act, entry: TeacherRecord, at: Place, columns: readonly Column[], personalData: boolean): string[] {
  const view = teacherView(act, entry, at, null);
  const identity = openIdentity(act.kit.cipher, entry);
  const cells = entryCells(
    act.kit.codes,
    { ...view, subjects: [...view.subjects] },
    { ...identity, birthDate: personalData ? identity.birthDate : null },
  );
  const written: Record<Column, string> = {
    ...(Object.fromEntries(Object.entries(cells).map(([field, [first = '']]) => [field, first])) as Record<ImportField, string>),
    nationalId: personalData ? identity.nationalId : view.nationalId,
    username: view.username ?? '',
    sex: sexText(view.sex),
    category: view.category === 'staff' ? '行政職員' : '教師',
    status: STATUS[view.status],
    departure: view.departure?.on ?? '',
  };
  return columns.map((column) => written[column]);
}

async function fileOf(
  act: Act,
  wanted: RosterQuery & { format: FileFormat },
  { personalData, reason }: { personalData: boolean; reason: string | null },
): Promise<RosterFile> {
  const { filter, at: place } = await rosterFilter(act, wanted);
  // The ids are read at one moment, so that departures during the export do not shift the pages.
  const ids = await act.store.teacherIds(filter, wanted.sort);
  const after = { format: wanted.format, scope: wanted.scope, departed: wanted.departed, personalData, people: ids.length };
  const entry = auditEntry(
    act,
    'teacher.export',
    { type: 'roster', id: place.unit.id, name: place.unit.name },
    { unitId: place.unit.id, reason, after },
  );
  await act.store.record({ guards: personalData ? guardsOf(act, place.unit) : [], trail: [entry] });

  const columns = personalData ? FULL_COLUMNS : COLUMNS;
  async function* slices(): AsyncGenerator<string[][]> {
    for (let at = 0; at < ids.length; at += SLICE) {
      const slice = ids.slice(at, at + SLICE);
      const found = new Map((await act.store.teachersById(slice)).map((entry) => [entry.id, entry]));
      const items = slice.map((id) => found.get(id)).filter((entry) => entry !== undefined);
      const places = await placesOf(
        act,
        items.map(({ unitId }) => unitId),
      );
      yield items.map((item) => rowOf(act, item, places.get(item.unitId) ?? place, columns, personalData));
    }
  }
  const stem = `${place.unit.name}-教師名冊${personalData ? '-含個資' : ''}-${act.today}`;
  return tableFile(wanted.format, stem, '教師名冊', columns.map(headingOf), slices());
}

export async function exportTeachers(act: Act, fields: Fields<RosterQuery & { format: FileFormat }>): Promise<RosterFile> {
  return fileOf(act, fields(), { personalData: false, reason: null });
}

/** Exports identity numbers and birth dates: only of the own unit, for a reason, rate-limited, and with the number of people in the audit trail. */
export async function exportPersonalData(
  act: Act,
  fields: Fields<{ format: FileFormat; filters: RosterQuery; reason: string }>,
): Promise<RosterFile> {
  const { account, unit, functions, role } = act.caller;
  const target = { type: 'roster' as const, id: unit.id, name: unit.name };
  if (!writesRoster(functions, role, 'own')) throw await denied(act, 'teacher.export', target);
  const { format, filters, reason } = fields();
  if ((filters.unit ?? unit.id) !== unit.id)
    throw await denied(act, 'teacher.export', { ...target, id: filters.unit!, name: null }, 'not-found');
  if (filters.scope !== 'own') throw await denied(act, 'teacher.export', target);
  await enforceLimit(act, `export:${account.id}`, act.kit.limits.exports, act.kit.limits.exportSeconds);
  return fileOf(act, { ...filters, format }, { personalData: true, reason });
}
