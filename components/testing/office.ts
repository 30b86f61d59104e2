/** Responses about imports, hand-overs, disputes and statistics, for tests of elements. */
import type { Attention, Handover, Import, ImportResult, Statistics, Transfer } from '../../server/contract/wire.js';
import { TRANSFER, UNIT } from './server.js';

const line = (row: number, more: Partial<ImportResult> = {}): ImportResult => ({
  row,
  outcome: 'new',
  skipped: false,
  name: `第${row}人`,
  differs: [],
  returns: false,
  errors: [],
  ...more,
});

export const RESULTS: ImportResult[] = [
  line(2),
  line(3, {
    outcome: 'invalid',
    name: '王?明',
    errors: [
      { column: 'name', code: 'lost-characters', message: '這個字在檔案裡已經遺失，請直接輸入正確的字', value: '王?明' },
      { column: 'title', code: 'unknown-code', message: '不在代碼表中', value: '國王' },
    ],
  }),
  line(4, { outcome: 'updated', differs: ['title'], returns: true }),
  line(5, { outcome: 'invalid', errors: [{ column: null, code: 'registration-failed', message: '資料不符', value: '' }] }),
];

export function staged(more: Partial<Import> = {}): Import {
  return {
    id: 'i1',
    version: 1,
    state: 'staged',
    fileName: '名單.csv',
    createdAt: '2026-11-24T01:00:00Z',
    committedAt: null,
    createdBy: { id: 'a1', name: '王建民' },
    undoUntil: null,
    kind: 'csv',
    encoding: 'big5',
    headingRow: 1,
    counts: { new: 1, updated: 1, same: 0, transfer: 0, invalid: 2, skipped: 0 },
    columns: ['姓名', '性別', '身分證字號', '生日', '職稱', '國籍'],
    mapping: ['name', 'sex', 'nationalId', 'birthDate', 'title', null],
    samples: [['王小明', '男', 'A123456789', '74/5/6', '導師', '中華民國']],
    dates: null,
    repeats: null,
    complete: false,
    departure: null,
    gone: [],
    rows: 4,
    results: RESULTS,
    kept: [],
    ...more,
  };
}

export const DATES: Import['dates'] = {
  calendar: null,
  examples: [{ row: 2, name: '王小明', roc: '1985-05-06', western: '1974-05-06' }],
};

export const GONE: Partial<Import> = {
  complete: true,
  departure: { kind: 'resigned', on: '2026-08-01', note: null },
  gone: [
    { id: 't1', name: '王國雄', title: 'teacher', status: 'active', leaves: true, doubtful: false },
    { id: 't2', name: '王𠮷野', title: 'teacher', status: 'pending', leaves: false, doubtful: true },
  ],
};

export const HANDOVER: Handover = {
  id: 'h1',
  version: 1,
  state: 'consented',
  unit: { id: 'u1', name: UNIT.name },
  from: { id: 'a1', name: '王建民' },
  to: { id: 'a3', name: '陳中良' },
  on: '2026-12-01',
  reason: null,
  begunAt: '2026-11-20T01:00:00Z',
  consentedAt: '2026-11-21T01:00:00Z',
  approvedAt: null,
  acts: ['approve', 'refuse'],
  waiting: { accounts: 3, teachers: 2, transfers: 1 },
};

const side = { name: '李小華', sex: 'female', nationalId: 'B22****345', birthDate: '1985-05-06', title: 'teacher' } as const;
export const DISPUTE: Transfer = {
  ...TRANSFER,
  state: 'disputed',
  direction: 'decide',
  reason: '身分證正本在手',
  toUnit: null,
  teacherId: null,
  sides: {
    asking: { ...side, unit: { id: 'u2', name: '甲縣立第二國民中學' } },
    giving: { ...side, birthDate: '1975-05-06', unit: { id: 'u1', name: UNIT.name } },
  },
};

export const ATTENTION: Attention = {
  withoutHead: [{ id: 'u5', name: '甲縣立第五國民小學' }],
  idleHeads: [
    { unit: { id: 'u6', name: '甲縣立第六國民小學' }, head: { id: 'a9', name: '許文彬' }, lastSignInAt: '2026-05-01T01:00:00Z', days: 207 },
    { unit: { id: 'u7', name: '甲縣立第七國民小學' }, head: { id: 'a10', name: '林可蘭' }, lastSignInAt: null, days: 180 },
  ],
  oldApplications: [{ id: 'a8', name: '黃雅婷', unit: { id: 'u1', name: UNIT.name }, appliedAt: '2026-11-01T01:00:00Z', days: 23 }],
};

const summary = { total: 88, applied: 86, pending: 2, teachers: 83, staff: 3, roaming: 4 };
export const STATISTICS: Statistics = {
  unit: { id: 'u1', name: UNIT.name },
  scope: 'subtree',
  on: '2026-11-25',
  summary,
  status: [
    { key: 'active', count: 82 },
    { key: 'roaming', count: 4 },
    { key: 'pending', count: 2 },
  ],
  category: [
    { key: 'teacher', count: 85 },
    { key: 'staff', count: 3 },
  ],
  title: Array.from({ length: 15 }, (_, n) => ({ key: `title-${n}`, count: 30 - n })),
  stage: [{ key: 'elementary', count: 80 }],
  subject: [{ key: 'elementary.mandarin', count: 20 }],
  registered: [{ key: '2026-08', count: 12 }],
  left: [{ schoolYear: 114, kind: 'retired', count: 3 }],
  below: [{ unit: { id: 'u2', name: '甲縣立第二國民中學' }, summary }],
};
