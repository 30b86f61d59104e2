/** The states of occasional work: imports, bulk acts, invitations, statistics, the audit trail, hand-overs. */
import type { Client } from '../api/client.js';
import { choose, click, settled, type } from './harness.js';
import { ATTENTION, DATES, DISPUTE, GONE, HANDOVER, staged, STATISTICS } from './office.js';
import { ACTIVE, client, me, pageOf, problem, ROSTER, teacher } from './server.js';
import type { State } from './state.js';

const NO_TRAIL = { items: [], nextCursor: null };
const answers =
  (...some: [method: string, path: RegExp, answer: object][]): (() => Client) =>
  () =>
    client(({ method, path }) => some.find(([asked, where]) => asked === method && where.test(path))?.[2]);

/** An import is staged and shown. */
const importing = (imported: object, ...more: [string, RegExp, object][]): Pick<State, 'element' | 'client' | 'act'> => ({
  element: 'teacher-register',
  client: answers(...more, ['POST', /^\/teachers\/imports$/, imported], ['GET', /^\/teachers\/imports$/, { items: [] }]),
  act: async (element) => {
    await (element as HTMLElement & { importFile: (file: File) => Promise<void> }).importFile(new File(['x'], 'x.csv'));
    await settled(element);
  },
});

const openImport = (element: HTMLElement): Promise<void> => click(element, 'button', '匯入名單');
const committed = { state: 'committed', undoUntil: '2026-11-26T01:00:00Z' } as const;
const kept = [{ row: 3, name: '王小明', why: 'edited' }] as const;

const imports: State[] = [
  {
    element: 'teacher-register',
    name: '10 choose a file, with recent imports',
    client: answers(['GET', /^\/teachers\/imports$/, { items: [pick(staged())] }]),
    act: openImport,
  },
  { ...importing(staged()), name: '10 checked, with errors to correct' },
  { ...importing(staged({ mapping: [null, null, null, null, null, null], results: [] })), name: '10 columns that nobody knows' },
  {
    ...importing(staged({ dates: DATES, repeats: { id: 'i0', at: '2026-11-20T01:00:00Z', by: '林怡君' } })),
    name: '10 doubtful dates, seen before',
  },
  { ...importing(staged(GONE)), name: '10 a term’s full list' },
  {
    ...importing(problem('validation', 422, { errors: [{ path: 'file', code: 'file-locked', message: '檔案有密碼保護' }] })),
    name: '10 a file that cannot be read',
  },
  {
    ...importing(staged(), ['POST', /commit$/, staged(committed)]),
    name: '10 imported',
    act: async (element) => {
      await importing(staged()).act!(element);
      await click(element, 'button', /^匯入 2 列$/);
    },
  },
  {
    ...importing(staged(committed), ['POST', /undo$/, staged({ state: 'undone', kept: [...kept] })]),
    name: '10 undone, with some kept',
    act: async (element) => {
      await importing(staged()).act!(element);
      await click(element, 'button', '復原這次匯入');
    },
  },
];

function pick({ id, version, state, fileName, createdAt, createdBy, committedAt, undoUntil, counts }: ReturnType<typeof staged>): object {
  return { id, version, state, fileName, createdAt, createdBy, committedAt, undoUntil, counts };
}

const chooseAll = (element: HTMLElement): Promise<void> => click(element, 'checkbox', '選取本頁');
const pending = teacher({ id: 't3', name: '黃琳雅', username: null, status: 'pending' });

const many: State[] = [
  { element: 'teacher-roster', name: '5 chosen', client: () => client(), act: chooseAll },
  {
    element: 'teacher-roster',
    name: '5 many leave, dry list',
    client: () => client(),
    act: async (element) => {
      await chooseAll(element);
      await click(element, 'button', '離職／轉校／退休…');
    },
  },
  {
    element: 'teacher-roster',
    name: '5 many leave, one failed',
    client: () =>
      client(({ method, path }) =>
        method === 'POST' && path.endsWith('/departure')
          ? path.includes('t1')
            ? problem('precondition-failed', 412)
            : ROSTER[1]
          : undefined,
      ),
    act: async (element) => {
      await chooseAll(element);
      await click(element, 'button', '離職／轉校／退休…');
      await click(element, 'button', /人退出$/);
    },
  },
  {
    element: 'teacher-roster',
    name: '5 with personal data, why',
    client: () => client(),
    act: (element) => click(element, 'button', '含個資下載…'),
  },
  {
    element: 'teacher-roster',
    name: '6 invitation',
    attributes: { 'claim-url': '/claim' },
    client: answers(
      ['GET', /^\/teachers\/t3$/, pending],
      ['POST', /invitation$/, { invitation: 'abcDEF123', expiresAt: '2026-12-09T01:00:00Z' }],
      ['GET', /^\/audit$/, NO_TRAIL],
    ),
    act: async (element) => {
      await (element as HTMLElement & { open: (id: string) => Promise<void> }).open('t3');
      await settled(element);
      await click(element, 'button', '申請邀請…');
    },
  },
];

const decides = (more: [string, RegExp, object][] = []): (() => Client) =>
  answers(
    ...more,
    ['GET', /^\/handovers$/, { items: [HANDOVER] }],
    ['GET', /^\/transfers$/, pageOf([DISPUTE])],
    ['GET', /^\/units\/attention$/, ATTENTION],
    ['GET', /^\/accounts$/, pageOf([ACTIVE], { counts: { pending: 0, active: 1, rejected: 0, deleted: 0 } })],
  );

const decisions: State[] = [
  { element: 'unit-overview', name: '12 what is to be decided', client: decides() },
  {
    element: 'unit-overview',
    name: '12 a decision without a reason',
    client: decides(),
    act: (element) => click(element, 'button', '儲存決定'),
  },
  {
    element: 'unit-overview',
    name: '12 handing over',
    client: decides([['GET', /^\/handovers$/, { items: [] }]]),
    act: async (element) => {
      await click(element, 'button', '移交總負責人… 甲縣立第五國民小學');
      await click(element, 'button', '開始移交');
    },
  },
  {
    element: 'unit-overview',
    name: '12 refusing a hand-over',
    client: decides(),
    act: (element) => click(element, 'button', '不同意…'),
  },
];

const claimForm = async (element: HTMLElement): Promise<void> => {
  await type(element, 'textbox', '邀請碼', 'abc');
  await type(element, 'textbox', '身分證字號', 'A123456789');
  for (const [box, text] of [
    ['年', '74'],
    ['月', '5'],
    ['日', '6'],
  ] as const)
    await type(element, 'textbox', `出生年月日 ${box}`, text);
  await type(element, 'textbox', '想用的使用者帳號', 'wang');
  await type(element, 'textbox', '密碼', 'a long one indeed');
  await type(element, 'textbox', '再輸入一次新密碼', 'a long one indeed');
  await click(element, 'button', /^申請帳號$/);
};

const others: State[] = [
  { element: 'unit-statistics', name: '11 numbers', client: answers(['GET', /^\/statistics$/, STATISTICS]) },
  {
    element: 'unit-statistics',
    name: '11 all of a group',
    client: answers(['GET', /^\/statistics$/, STATISTICS]),
    act: (element) => click(element, 'button', '顯示全部 15 項'),
  },
  { element: 'unit-statistics', name: '11 forbidden', client: answers(['GET', /^\/me$/, me('operator')]) },
  { element: 'unit-statistics', name: '11 error', client: answers(['GET', /^\/statistics$/, problem('internal', 500)]) },
  { element: 'audit-trail', name: '11 trail', client: () => client() },
  { element: 'audit-trail', name: '11 trail, nothing found', client: answers(['GET', /^\/audit$/, NO_TRAIL]) },
  { element: 'audit-trail', name: '11 trail, forbidden', client: answers(['GET', /^\/me$/, me('contact')]) },
  {
    element: 'audit-trail',
    name: '11 trail, a day that is none',
    client: () => client(),
    act: async (element) => {
      await choose(element, '動作', 'teacher.update');
      await type(element, 'textbox', '起日', '115/13/1');
      await click(element, 'button', /^查詢$/);
    },
  },
  { element: 'teacher-claim', name: '9 claim', client: () => client() },
  {
    element: 'teacher-claim',
    name: '9 claim, nothing filled in',
    client: () => client(),
    act: (element) => click(element, 'button', /^申請帳號$/),
  },
  {
    element: 'teacher-claim',
    name: '9 claim, refused',
    client: answers(['POST', /^\/claims$/, problem('registration-failed', 422)]),
    act: claimForm,
  },
  {
    element: 'teacher-claim',
    name: '9 claimed',
    client: answers(['POST', /^\/claims$/, { status: 'active', username: 'wang', unitName: '甲縣立第一國民小學' }]),
    act: claimForm,
  },
];

export const OFFICE_STATES: State[] = [...imports, ...many, ...decisions, ...others];
