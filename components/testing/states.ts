/** The states of every element, named as in the design's screens 0 to 9. A state without a test fails: the test walks this list. */
import { account, ACTIVE, client, me, pageOf, problem, teacher, TRANSFER } from './server.js';
import { choose, click, settled, type } from './harness.js';
import type { Client } from '../api/client.js';
import type { State } from './state.js';
import { counts, LIST_STATES, when } from './states-lists.js';
import { OFFICE_STATES } from './states-office.js';

const open = async (element: HTMLElement, id: string): Promise<void> => {
  await (element as HTMLElement & { open: (id: string) => Promise<void> }).open(id);
  await settled(element);
};
const fillRegistration = async (element: HTMLElement, nationalId = 'A123456789'): Promise<void> => {
  await type(element, 'textbox', '身分證字號', nationalId);
  await type(element, 'textbox', '姓名', '王小明');
  await click(element, 'radio', '男');
  await type(element, 'textbox', '出生年月日 年', '74');
  await type(element, 'textbox', '出生年月日 月', '5');
  await type(element, 'textbox', '出生年月日 日', '6');
  await choose(element, '職稱', 'teacher');
};
const register = async (element: HTMLElement): Promise<void> => {
  await fillRegistration(element);
  await click(element, 'button', /^登錄資料$/);
};

const stranger = when('GET', '/me', me(null, { account: null, unit: null, functions: [], head: null, waiting: null }));

const conflicting =
  (path: string, current: object): (() => Client) =>
  () =>
    client((request) =>
      request.method === 'PATCH' && request.path === path
        ? problem('precondition-failed', 412, { current })
        : request.path === '/accounts'
          ? pageOf([ACTIVE], { counts })
          : undefined,
    );

export const STATES: State[] = [
  ...LIST_STATES,
  { element: 'unit-overview', name: '1 shell', client: () => client() },
  {
    element: 'unit-overview',
    name: '1 shell, what may I do',
    client: when('GET', '/me', me('contact')),
    act: async (element) => {
      await settled(element);
      element.shadowRoot!.querySelector('details')!.open = true;
    },
  },
  { element: 'unit-overview', name: '1 shell, signed in without an account', client: stranger },
  { element: 'account-sign-in', name: '1 signed in without an account', client: stranger },
  { element: 'teacher-roster', name: '0 forbidden, without an account', client: stranger },
  {
    element: 'account-sign-in',
    name: '1 signing in, with providers and a code',
    client: () =>
      client(({ method, path }) => {
        if (path === '/me') return problem('unauthenticated', 401);
        if (path === '/session/providers')
          return { password: true, reset: true, providers: [{ id: 'county', names: { 'zh-Hant': '甲縣單一登入', en: 'County' } }] };
        return method === 'POST'
          ? problem('unauthenticated', 401, { errors: [{ path: 'totp', code: 'required', message: '請填寫' }] })
          : undefined;
      }, '/api'),
    act: async (element) => {
      await type(element, 'textbox', '使用者帳號', 'wang-head');
      await type(element, 'textbox', '密碼', 'a password');
      await click(element, 'button', /^登入$/);
      await type(element, 'textbox', '驗證碼', '123456');
      await click(element, 'button', /^登入$/);
    },
  },
  {
    element: 'account-profile',
    name: '1 profile, setting up a second factor',
    client: () =>
      client(({ path }) => {
        if (path === '/me') return me('head', { account: { ...me().account!, emailConfirmed: false } });
        return path === '/me/second-factor'
          ? { setup: 'x', secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', uri: 'otpauth://totp/a?secret=x' }
          : undefined;
      }),
    act: async (element) => {
      const [password] = [...element.shadowRoot!.querySelectorAll<HTMLInputElement>('#factor-password')];
      password!.value = 'a password';
      password!.dispatchEvent(new InputEvent('input', { bubbles: true }));
      await click(element, 'button', '開始設定');
    },
  },
  { element: 'account-recovery', name: '1 forgotten password', client: () => client() },
  {
    element: 'account-recovery',
    name: '1 forgotten password, asked',
    client: () => client(({ path }) => (path === '/password-resets' ? new Response(null, { status: 204 }) : undefined)),
    act: async (element) => {
      await type(element, 'textbox', '使用者帳號', 'wang-head');
      await click(element, 'button', '寄出連結');
    },
  },
  { element: 'account-manager', name: '0 forbidden, without an account', client: stranger },
  { element: 'account-application', name: '2 application by a portal’s user', client: stranger },
  { element: 'account-manager', name: '2 list', client: () => client() },
  {
    element: 'account-manager',
    name: '2 list, heads one level below',
    client: () => client((request) => (request.path === '/units' ? pageOf([{}]) : undefined)),
  },
  { element: 'account-manager', name: '3 detail, waiting', client: () => client(), act: (element) => open(element, 'a2') },
  {
    element: 'account-manager',
    name: '3 detail, enabled',
    client: when('GET', '/accounts', pageOf([ACTIVE], { counts })),
    act: (element) => open(element, 'a3'),
  },
  {
    element: 'account-manager',
    name: '3 detail, someone else’s act',
    client: when(
      'GET',
      '/accounts',
      pageOf(
        [
          account({
            actions: [
              {
                name: 'account.activate',
                allowed: false,
                why: 'level-above',
                who: { unitId: 'u0', unitName: '甲縣教育處', headName: '高淑惠' },
              },
            ],
          }),
        ],
        { counts },
      ),
    ),
    act: (element) => open(element, 'a2'),
  },
  {
    element: 'account-manager',
    name: '3 enabled, saved',
    client: () => client((request) => (request.path === '/accounts/a2/activation' ? { ...ACTIVE, id: 'a2', name: '黃雅婷' } : undefined)),
    act: async (element) => {
      await open(element, 'a2');
      await click(element, 'button', '啟用為作業人員');
    },
  },
  {
    element: 'account-manager',
    name: '3 edit',
    client: () => client(),
    act: async (element) => {
      await open(element, 'a2');
      await click(element, 'button', '編輯帳號個人資料');
    },
  },
  {
    element: 'account-manager',
    name: '0 conflict',
    client: conflicting('/accounts/a3', { ...ACTIVE, title: '輔導組長', version: 2 }),
    act: async (element) => {
      await open(element, 'a3');
      await click(element, 'button', '編輯帳號個人資料');
      await type(element, 'textbox', '職稱', '設備組長');
      await click(element, 'button', '更新資料');
    },
  },
  {
    element: 'account-manager',
    name: '4 reject with reason',
    client: () => client(),
    act: async (element) => {
      await open(element, 'a2');
      await click(element, 'button', '帳號申請不通過');
    },
  },
  {
    element: 'account-manager',
    name: '4 delete without a reason',
    client: when('GET', '/accounts', pageOf([ACTIVE], { counts })),
    act: async (element) => {
      await open(element, 'a3');
      await click(element, 'button', '刪除帳號…');
      await click(element, 'button', /^刪除帳號$/);
    },
  },
  { element: 'teacher-roster', name: '5 list', client: () => client() },
  { element: 'teacher-roster', name: '5 list, transfers waiting', client: when('GET', '/transfers', pageOf([TRANSFER])) },
  { element: 'teacher-roster', name: '5 list, read only', client: () => client(), attributes: { readonly: '' } },
  { element: 'teacher-roster', name: '6 detail', client: () => client(), act: (element) => open(element, 't1') },
  {
    element: 'teacher-roster',
    name: '6 detail from above',
    client: when('GET', '/teachers/t1', teacher({ name: '王○○', actions: [{ name: 'teacher.update', allowed: false, why: 'read-only' }] })),
    act: (element) => open(element, 't1'),
  },
  {
    element: 'teacher-roster',
    name: '6 reveal',
    client: () => client(),
    act: async (element) => {
      await open(element, 't1');
      await click(element, 'button', '顯示身分證字號');
    },
  },
  {
    element: 'teacher-roster',
    name: '6 revealed',
    client: when('POST', '/teachers/t1/reveal', { nationalId: 'A123456789', birthDate: '1985-05-06' }),
    act: async (element) => {
      await open(element, 't1');
      await click(element, 'button', '顯示身分證字號');
      await type(element, 'textbox', '使用理由', '核對證件');
      await click(element, 'button', /^顯示身分證字號$/);
    },
  },
  {
    element: 'teacher-roster',
    name: '6 correct identity',
    client: () => client(),
    act: async (element) => {
      await open(element, 't1');
      await click(element, 'button', '更正身分資料');
    },
  },
  {
    element: 'teacher-roster',
    name: '7 edit',
    client: () => client(),
    act: async (element) => {
      await open(element, 't1');
      await click(element, 'button', '編輯帳號個人資料');
    },
  },
  {
    element: 'teacher-roster',
    name: '7 edit, refused fields',
    client: when(
      'PATCH',
      '/teachers/t1',
      problem('validation', 422, {
        errors: [
          { path: 'email', code: 'bad-email', message: '不是有效的電子郵件' },
          { path: 'subjects.0', code: 'unknown-code', message: '不在代碼表中' },
        ],
      }),
    ),
    act: async (element) => {
      await open(element, 't1');
      await click(element, 'button', '編輯帳號個人資料');
      await type(element, 'textbox', '電子郵件', 'nope');
      await click(element, 'button', '更新教師資料');
    },
  },
  {
    element: 'teacher-roster',
    name: '8 leave',
    client: () => client(),
    act: async (element) => {
      await open(element, 't1');
      await click(element, 'button', '離職／轉校／退休');
    },
  },
  {
    element: 'teacher-roster',
    name: '8 transfer to a school',
    client: () => client(),
    act: async (element) => {
      await open(element, 't1');
      await click(element, 'button', '離職／轉校／退休');
      await click(element, 'radio', '轉校');
    },
  },
  { element: 'teacher-register', name: '9 form', client: () => client() },
  { element: 'teacher-register', name: '9 form, filled in', client: () => client(), act: fillRegistration },
  {
    element: 'teacher-register',
    name: '9 missing fields',
    client: () => client(),
    act: (element) => click(element, 'button', /^登錄資料$/),
  },
  { element: 'teacher-register', name: '9 not yours', client: when('GET', '/me', me('operator')) },
  {
    element: 'teacher-register',
    name: '9 national-id-invalid',
    client: when(
      'POST',
      '/teachers/check',
      problem('national-id-invalid', 422, {
        title: '✘ 未儲存，身分證字號不正確',
        errors: [{ path: 'nationalId', code: 'national-id-check', message: '檢查碼不符' }],
      }),
    ),
    act: async (element) => {
      await fillRegistration(element, 'A123456788');
      await click(element, 'button', /^登錄資料$/);
    },
  },
  {
    element: 'teacher-register',
    name: '9 sex-mismatch',
    client: when(
      'POST',
      '/teachers/check',
      problem('sex-mismatch', 422, {
        title: '✘ 未儲存，性別與身分證字號不符合',
        errors: [
          { path: 'sex', code: 'sex-mismatch', message: '與字號不符合' },
          { path: 'nationalId', code: 'sex-mismatch', message: '與字號不符合' },
        ],
      }),
    ),
    act: register,
  },
  {
    element: 'teacher-register',
    name: '9 registration-failed',
    client: when('POST', '/teachers/check', problem('registration-failed', 422, { title: '✘ 未儲存，資料登錄失敗' })),
    act: register,
  },
  {
    element: 'teacher-register',
    name: '9 known, to be updated',
    client: when('POST', '/teachers/check', { outcome: 'updated', id: 't1', differs: ['birthDate'] }),
    act: register,
  },
  {
    element: 'teacher-register',
    name: '9 elsewhere, a transfer',
    client: when('POST', '/teachers/check', { outcome: 'transfer', differs: [] }),
    act: register,
  },
  {
    element: 'teacher-register',
    name: '9 registered',
    client: () =>
      client(({ method, path }) =>
        path === '/teachers/check'
          ? { outcome: 'new', differs: [] }
          : method === 'POST' && path === '/teachers'
            ? teacher({ name: '王小明', status: 'pending', username: null })
            : path === '/transfers'
              ? pageOf([{ ...TRANSFER, direction: 'in', toUnit: null, teacherId: null, state: 'refused', reason: '仍在職' }])
              : undefined,
      ),
    act: register,
  },
  { element: 'account-sign-in', name: '0 signed out', client: when('GET', '/me', problem('unauthenticated', 401)) },
  { element: 'account-sign-in', name: '1 signed in', client: () => client() },
  { element: 'account-profile', name: '1 profile', client: () => client() },
  {
    element: 'account-profile',
    name: '1 profile, refused fields',
    client: when('PATCH', '/me', problem('validation', 422, { errors: [{ path: 'phone', code: 'wrong-type', message: '格式不正確' }] })),
    act: async (element) => {
      await type(element, 'textbox', '聯絡電話', 'x');
      await click(element, 'button', /^儲存$/);
    },
  },
  { element: 'account-application', name: '2 application', client: () => client() },
  {
    element: 'account-application',
    name: '2 application, missing fields',
    client: () => client(),
    act: (element) => click(element, 'button', '送出申請'),
  },
  ...OFFICE_STATES,
];
