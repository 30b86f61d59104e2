/** 資料下載: exports the list as a file. Masked with 編號 for re-import; with personal data only for a reason. */
import { writesRoster } from '../../domain/authority.js';
import { cellOf, exportedFields, headingOf, type ExportedField } from '../../domain/roster-columns.js';
import { teacherField } from '../../domain/teacher-fields.js';
import type { TeacherRecord } from '../../store/records.js';
import { byId } from '../core/by-id.js';
import type { Act, Fields } from '../core/act.js';
import { draftAuditEntry, denied } from '../core/audit.js';
import { guardsOf } from '../core/change.js';
import { enforceLimit } from '../core/rate-limit.js';
import { unitContextsOf, type UnitContext } from '../core/unit-contexts.js';
import { tableFile, type FileFormat, type RosterFile } from './roster-files.js';
import { readableIdentity, teacherView } from './teacher-view.js';
import { rosterFilter, type RosterQuery } from './teachers.js';

const SLICE = 500;
/** No identity number, so that a row that is imported again is refused. */
const UNREADABLE = '無法讀取';

const STATUS = { pending: '待申請', active: '啟用中', roaming: '帳號漫遊 已啟用' } as const;

/** A row as its reader may see it: whole in the own unit, masked from above; the identity in full only with `personalData`. */
function rowOf(
  act: Act,
  entry: TeacherRecord,
  unitContext: UnitContext,
  columns: readonly ExportedField[],
  personalData: boolean,
): string[] {
  const { codes, cipher } = act.kit;
  const view = teacherView(act, entry, unitContext, null);
  const identity = personalData ? readableIdentity(cipher, entry) : null;
  const shown = { ...view, birthDate: null, ...identity };
  const cell = (field: ExportedField): string => {
    switch (field) {
      case 'id':
        return view.id;
      case 'username':
        return view.username ?? '';
      case 'category':
        return view.category === 'staff' ? '行政職員' : '教師';
      case 'status':
        return STATUS[view.status];
      case 'departure':
        return view.departure?.on ?? '';
      case 'nationalId':
        return shown.nationalId === null ? UNREADABLE : cellOf(codes, teacherField(field), shown.nationalId);
      default:
        return cellOf(codes, teacherField(field), shown[field]);
    }
  };
  return columns.map(cell);
}

async function fileOf(
  act: Act,
  wanted: RosterQuery & { format: FileFormat },
  { personalData, reason }: { personalData: boolean; reason: string | null },
): Promise<RosterFile> {
  const { filter, at: unitContext } = await rosterFilter(act, wanted);
  // The ids are read at one moment, so that departures during the export do not shift the pages.
  const ids = await act.store.teacherIds(filter, wanted.sort);
  const after = { format: wanted.format, scope: wanted.scope, departed: wanted.departed, personalData, people: ids.length };
  const auditEntry = draftAuditEntry(
    act,
    'teacher.export',
    { type: 'roster', id: unitContext.unit.id, name: unitContext.unit.name },
    { unitId: unitContext.unit.id, reason, after },
  );
  await act.store.record({ guards: personalData ? guardsOf(act, unitContext.unit) : [], trail: [auditEntry] });

  const columns = exportedFields(personalData);
  async function* slices(): AsyncGenerator<string[][]> {
    for (let index = 0; index < ids.length; index += SLICE) {
      const slice = ids.slice(index, index + SLICE);
      const found = byId(await act.store.teachersById(slice));
      const items = slice.map((id) => found.get(id)).filter((entry) => entry !== undefined);
      const places = await unitContextsOf(
        act,
        items.map(({ unitId }) => unitId),
      );
      yield items.map((item) => rowOf(act, item, places.get(item.unitId) ?? unitContext, columns, personalData));
    }
  }
  const stem = `${unitContext.unit.name}-教師名冊${personalData ? '-含個資' : ''}-${act.today}`;
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
