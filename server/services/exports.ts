/** 資料下載: the list as a file, masked, with the number by which an import knows its rows. */
import { stringify } from 'csv-stringify/sync';
import type { CodeLists } from '../domain/codes.js';
import type { Locale } from '../domain/locales.js';
import type { Teacher } from '../contract/wire.js';
import type { Act, Fields } from './act.js';
import { placesOf } from './places.js';
import { rosterFilter, teacherView, type RosterQuery } from './teachers.js';

const SLICE = 500;

const COLUMNS = [
  '編號',
  '使用者帳號',
  '姓名',
  '性別',
  '身分證字號',
  '職稱',
  '類別',
  '帳號狀況',
  '任教階段',
  '任教科目',
  '信箱',
  '單位註記',
  '備註',
] as const;

const STATUS = { pending: '待申請', active: '啟用中', roaming: '帳號漫遊 已啟用' } as const;

function rowOf(teacher: Teacher, codes: CodeLists): string[] {
  const nameOf = (list: readonly { code: string; names: Record<Locale, string> }[], code: string | null): string =>
    list.find((item) => item.code === code)?.names['zh-Hant'] ?? code ?? '';
  return [
    teacher.id,
    teacher.username ?? '',
    teacher.name,
    teacher.sex === 'male' ? '男' : '女',
    teacher.nationalId,
    nameOf(codes.titles, teacher.title),
    teacher.category === 'staff' ? '行政職員' : '教師',
    STATUS[teacher.status],
    nameOf(codes.stages, teacher.stage),
    teacher.subjects.map((subject) => `${nameOf(codes.stages, subject.split('.')[0] ?? '')} ${nameOf(codes.subjects, subject)}`).join('、'),
    teacher.email ?? '',
    teacher.unitNote ?? '',
    teacher.remark ?? '',
  ];
}

/** A cell that a spreadsheet would take for a formula gets an apostrophe, which an import takes away again. */
export function guardFormula(cell: string): string {
  return /^\s*[=+\-@\t\r＝＋－＠']/u.test(cell) ? `'${cell}` : cell;
}

export interface ExportFile {
  name: string;
  type: string;
  /** Slices of the file, drawn as they are sent. */
  chunks: AsyncGenerator<Uint8Array>;
}

export async function exportTeachers(act: Act, fields: Fields<RosterQuery & { format: 'xlsx' | 'csv' }>): Promise<ExportFile> {
  const wanted = fields();
  const { filter, at } = await rosterFilter(act, wanted);
  const { total } = await act.store.teachers(filter, wanted.sort, { page: 1, pageSize: 1 });
  const entry = act.entry(
    'teacher.export',
    { type: 'roster', id: at.unit.id, name: at.unit.name },
    {
      unitId: at.unit.id,
      after: { format: wanted.format, scope: wanted.scope, departed: wanted.departed, personalData: false, people: total },
    },
  );
  await act.store.record({ guards: [], trail: [entry] });

  async function* slices(): AsyncGenerator<string[][]> {
    for (let page = 1; ; page++) {
      const { items } = await act.store.teachers(filter, wanted.sort, { page, pageSize: SLICE });
      // Each row as its reader may see it: whole in the own unit, masked from below.
      const places = await placesOf(
        act,
        items.map(({ unitId }) => unitId),
      );
      if (items.length > 0) yield items.map((item) => rowOf(teacherView(act, item, places.get(item.unitId) ?? at, null), act.kit.codes));
      if (items.length < SLICE) return;
    }
  }
  const stem = `${at.unit.name}-教師名冊-${act.today}`;
  if (wanted.format === 'csv') return { name: `${stem}.csv`, type: 'text/csv; charset=utf-8', chunks: csv(slices()) };
  return { name: `${stem}.xlsx`, type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', chunks: xlsx(slices()) };
}

/** UTF-8 with BOM and CRLF, or Excel shows it garbled. */
async function* csv(slices: AsyncGenerator<string[][]>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const lines = (rows: readonly (readonly string[])[]): string =>
    stringify(
      rows.map((row) => row.map(guardFormula)),
      { record_delimiter: '\r\n' },
    );
  yield encoder.encode(`\uFEFF${lines([COLUMNS])}`);
  for await (const rows of slices) yield encoder.encode(lines(rows));
}

/** One sheet of text cells: ids and numbers keep their zeros, and nothing is a formula. */
async function* xlsx(slices: AsyncGenerator<string[][]>): AsyncGenerator<Uint8Array> {
  const { default: writeXlsxFile } = await import('write-excel-file/node');
  const rows: string[][] = [];
  for await (const slice of slices) rows.push(...slice);
  const cells = [
    COLUMNS.map((value) => ({ value: value as string, type: String, fontWeight: 'bold' as const })),
    ...rows.map((row) => row.map((value) => ({ value, type: String }))),
  ];
  const file = await writeXlsxFile(cells as never, { sheet: '教師名冊' } as never).toBuffer();
  yield new Uint8Array(file);
}
