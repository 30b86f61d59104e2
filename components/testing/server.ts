/** A server for tests of elements: made-up data in the shapes of the contract, and a fetch that each test adapts. */
import type { CallPath } from '../../server/contract/call-types.js';
import type { Account, Codes, Me, Notice, Providers, Sessions, Teacher, Transfer } from '../../server/contract/wire.js';
import { ACCOUNT_FIELDS } from '../../server/domain/account-fields.js';
import { DEFAULT_CODES } from '../../server/domain/codes.js';
import { filled } from '../../server/domain/fields.js';
import { TEACHER_FIELDS } from '../../server/domain/teacher-fields.js';
import { defaultNotice } from '../../server/domain/notice.js';
import { serverLocales } from '../../server/domain/server-texts/server-locales.js';
import type { ErrorCode } from '../../server/domain/errors.js';
import { Client } from '../api/client.js';

export const UNIT = { id: 'u1', code: '014501', name: '甲縣立第一國民小學', level: 'school', parent: { id: 'u0', name: '甲縣教育處' } };

export function me(role: Me['role'] = 'head', more: Partial<Me> = {}): Me {
  const functions: Me['functions'] =
    role === 'head'
      ? ['course.create', 'course.manage', 'account.manage', 'teacher.manage', 'teacher.register', 'statistics.read']
      : role === 'contact'
        ? ['course.create', 'course.manage', 'teacher.manage', 'teacher.register', 'statistics.read']
        : ['course.create', 'course.manage'];
  return {
    account: {
      id: 'a1',
      username: 'wang*****',
      ...filled(ACCOUNT_FIELDS, { name: '王建民', sex: 'male', title: '校長', email: 'wang@example.test', phone: '02-7712-3456' }),
      lastSignInAt: '2026-11-24T01:00:00Z',
      mustChangePassword: false,
      ownLogin: true,
      secondFactor: false,
      mustSetSecondFactor: false,
      emailConfirmed: true,
      version: 1,
    },
    unit: UNIT,
    role,
    functions,
    head:
      role === 'head'
        ? { name: '高淑惠', phone: '03-111-2222', email: 'kao@example.test' }
        : { name: '王建民', phone: '02-7712-3456', email: 'wang@example.test' },
    application: null,
    waiting: { accounts: 3, teachers: 2, transfers: 1 },
    ...more,
  };
}

const VERSION = { version: 1, updatedAt: '2026-11-24T01:00:00Z', updatedBy: { id: 'a1', name: '王建民' } };

export function account(more: Partial<Account> = {}): Account {
  const profile = filled(ACCOUNT_FIELDS, {
    name: '黃雅婷',
    sex: 'female',
    title: '註冊組長',
    email: 'yating@example.test',
    phone: '02-7712-3456',
  });
  return {
    ...profile,
    id: 'a2', unitId: 'u1', unitName: UNIT.name, username: 'yating',
    role: null, status: 'pending', requestedRole: 'operator', appliedAt: '2026-11-20T01:00:00Z', activatedAt: null, lastSignInAt: null, reason: null,
    actions: [{ name: 'account.activate', allowed: true, roles: ['contact', 'operator'] }, { name: 'account.reject', allowed: true }, { name: 'account.update', allowed: true }],
    ...VERSION,
    ...more,
  }; // prettier-ignore
}

export const ACTIVE = account({
  id: 'a3', username: 'chen', name: '陳中良', sex: 'male', role: 'operator', status: 'active', activatedAt: '2026-11-01T01:00:00Z', lastSignInAt: '2026-11-24T01:00:00Z',
  actions: [{ name: 'account.switch-role', allowed: true, roles: ['contact'] }, { name: 'account.update', allowed: true }, { name: 'account.delete', allowed: true }],
}); // prettier-ignore

export function teacher(more: Partial<Teacher> = {}): Teacher {
  const { birthDate: _nobodySees, ...fields } = filled(TEACHER_FIELDS, {
    name: '王國雄', sex: 'male', nationalId: 'A12****789', birthDate: '', title: 'teacher', email: 'wang.kh@example.test',
    stage: 'elementary', subjects: ['elementary.mandarin', 'elementary.science'],
  }); // prettier-ignore
  return {
    ...fields,
    id: 't1', unitId: 'u1', unitName: UNIT.name, username: 't0281', idKind: 'national', category: 'teacher', status: 'active', departure: null, registeredAt: '2026-08-28T01:00:00Z', unreadable: false,
    actions: [{ name: 'teacher.update', allowed: true }, { name: 'teacher.correct-identity', allowed: true }, { name: 'teacher.reveal', allowed: true }, { name: 'teacher.depart', allowed: true }],
    ...VERSION,
    ...more,
  }; // prettier-ignore
}

export const ROSTER: Teacher[] = [
  teacher(),
  teacher({ id: 't2', name: '王𠮷野', username: 'RM_7K2P9', status: 'roaming', subjects: [] }),
  teacher({ id: 't3', name: '黃琳雅', username: null, status: 'pending', email: null, subjects: [] }),
  teacher({
    id: 't4',
    name: '王以新‧伊斯瑪哈單',
    title: 'staff',
    category: 'staff',
    subjects: [],
    departure: { kind: 'retired', on: '2027-08-01', toUnitId: null, note: null, at: '2026-11-01T00:00:00Z' },
  }),
];

export const TRANSFER: Transfer = {
  id: 'x1',
  version: 1,
  state: 'proposed',
  direction: 'out',
  name: '李小華',
  nationalId: 'B12****345',
  unreadable: false,
  requestedAt: '2026-11-20T01:00:00Z',
  reason: null,
  toUnit: { id: 'u2', name: '甲縣立第二國民中學' },
  teacherId: 't9',
  sides: null,
};

export function pageOf<T>(items: T[], more: object = {}): object {
  return { items, page: 1, pageSize: 10, pageCount: 1, total: items.length, ...more };
}

export const SUMMARY = { total: 88, applied: 86, pending: 2, teachers: 83, staff: 3, roaming: 4 };

type Answer = object | Response | Promise<object | Response>;
type Responder = (request: { method: string; path: string; query: URLSearchParams; body: unknown; headers: Headers }) => Answer | undefined;

export function problem(code: ErrorCode, status: number, more: object = {}): Response {
  return json({ type: 'about:blank', title: `標題 ${code}`, detail: `說明 ${code}`, status, code, requestId: 'r1', ...more }, status);
}

export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': status >= 400 ? 'application/problem+json' : 'application/json' },
  });
}

const ordinary: Partial<Record<CallPath, object>> = {
  'GET /me': me(),
  'GET /session/providers': { password: true, reset: true, providers: [] } satisfies Providers,
  'GET /notice': defaultNotice(serverLocales()) satisfies Notice,
  'GET /me/sessions': {
    items: [
      {
        id: 's1',
        kind: 'cookie',
        address: '10.1.2.3',
        createdAt: '2026-11-24T01:00:00Z',
        seenAt: '2026-11-24T01:30:00Z',
        expiresAt: '2026-11-24T13:00:00Z',
        current: true,
      },
      {
        id: 's2',
        kind: 'bearer',
        address: '2001:db8::1',
        createdAt: '2026-11-23T01:00:00Z',
        seenAt: '2026-11-24T01:20:00Z',
        expiresAt: '2026-11-24T13:00:00Z',
        current: false,
      },
    ],
  } satisfies Sessions,
  'GET /codes': DEFAULT_CODES satisfies Codes,
  'GET /units': pageOf([]),
  'GET /accounts': pageOf([account(), account({ id: 'a4', name: '李俊傑', username: 'lee', requestedRole: 'contact' })], {
    counts: { pending: 2, active: 4, rejected: 1, deleted: 1 },
  }),
  'GET /teachers': pageOf(ROSTER, { total: 88, pageCount: 9, summary: SUMMARY }),
  'GET /transfers': pageOf([]),
  'GET /teachers/imports': { items: [] },
  'GET /handovers': { items: [] },
  'GET /units/attention': { withoutHead: [], idleHeads: [], oldApplications: [] },
  'GET /audit': {
    items: [
      {
        id: 'e1',
        at: '2026-11-20T01:00:00Z',
        actor: { id: 'a1', name: '林怡君', role: 'contact', unitId: 'u1' },
        action: 'teacher.update',
        target: { type: 'teacher', id: 't1', name: '王國雄' },
        unitId: 'u1',
        outcome: 'done',
        reason: null,
        before: { email: 'a***@x.tw' },
        after: { email: 'b***@x.tw' },
      },
    ],
    nextCursor: null,
  },
  'GET /units/directory': {
    items: [{ id: 'u2', code: '014502', name: '甲縣立第二國民中學', level: 'school', path: ['教育部', '甲縣教育處'] }],
  },
};

export interface Sent {
  method: string;
  path: string;
  body: unknown;
  headers: Headers;
}

export type Kit = Client & { sent: Sent[]; fetch: typeof fetch };

/** The writes that were sent. */
export function writesTo({ sent }: Kit): Sent[] {
  return sent.filter(({ method }) => method !== 'GET');
}

export function noContent(): Response {
  return new Response(null, { status: 204 });
}

/** A client with the default responses, except those that `route` returns. */
export function client(route: Responder = () => undefined, baseUrl = 'https://kit.test/api'): Kit {
  const sent: Sent[] = [];
  const respond: typeof fetch = async (input, init) => {
    const url = new URL(String(input));
    const request = {
      method: init?.method ?? 'GET',
      path: url.pathname.replace('/api', ''),
      query: url.searchParams,
      body: typeof init?.body === 'string' ? (JSON.parse(init.body) as unknown) : null,
      headers: new Headers(init?.headers),
    };
    sent.push(request);
    const one = /^\/(teachers|accounts)\/([^/]+)$/.exec(request.path);
    const routed = await route(request);
    const answer =
      routed ??
      ordinary[`${request.method} ${request.path}` as CallPath] ??
      (one?.[1] === 'teachers' ? (ROSTER.find(({ id }) => id === one[2]) ?? teacher()) : undefined) ??
      problem('not-found', 404);
    return answer instanceof Response ? answer.clone() : json(answer);
  };
  return Object.assign(new Client({ baseUrl, fetch: respond }), { sent, fetch: respond });
}
