/** Every call: what it takes and answers. The routes are made from this table, and so is /openapi.json. */
import { z } from 'zod';
import { ACCOUNT_STATUSES } from '../domain/authority.js';
import { DEPARTURE_KINDS, TEACHER_STATUSES, TRANSFER_STATES } from '../domain/teachers.js';
import { TRAIL_ACTIONS, type TrailAction } from '../domain/trail.js';
import * as f from './fields.js';
import * as shape from './shapes.js';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** `anyone` may call without signing in; `application` also by a signed-in outside identity without an account. */
export type Access = 'anyone' | 'identity' | 'account';

export interface Call<Query extends z.ZodType = z.ZodType, Body extends z.ZodType = z.ZodType> {
  method: Method;
  path: string;
  summary: string;
  access: Access;
  query?: Query;
  body?: Body;
  /** The name under which a denied read stands in the trail. */
  reads?: TrailAction;
  /** Wants If-Match. */
  versioned?: boolean;
  /** Never kept for a repeated request: reveals, passwords, tokens. */
  secret?: boolean;
  answers: Record<number, z.ZodType | null>;
}

function call<Query extends z.ZodType = z.ZodNever, Body extends z.ZodType = z.ZodNever>(definition: Call<Query, Body>): Call<Query, Body> {
  return definition;
}

const paging = { page: f.number(1, 1_000_000).default(1), pageSize: f.number(1, 200).default(10) };
const none = z.strictObject({});
const registration = {
  name: f.name,
  sex: f.sex,
  nationalId: f.nationalId,
  birthDate: f.day,
  title: f.code,
  email: f.optionalEmail,
  stage: f.optionalCode,
  subjects: f.subjects.optional(),
  unitNote: f.optionalNote,
  remark: f.optionalNote,
};
const profile = { name: f.name, sex: f.sex, title: f.jobTitle, email: f.email, phone: f.phone, fax: f.optionalPhone };
const partialProfile = z.strictObject(profile).partial();
const teacherFilter = {
  unit: f.id.optional(),
  scope: z.enum(['own', 'subtree']).default('own'),
  q: f.q.optional(),
  subject: f.code.optional(),
  stage: f.code.optional(),
  status: z.enum(TEACHER_STATUSES).optional(),
  category: z.enum(['teacher', 'staff']).optional(),
  departed: f.flag.default(false),
  sort: f.sort(['name', 'username', 'status', 'title', 'stage', 'email', 'registeredAt']).default({ by: 'name', descending: false }),
};
const reasonBody = z.strictObject({ reason: f.reason });

export const calls = {
  readMe: call({
    method: 'get',
    path: '/me',
    summary: 'who am I and what may I do',
    access: 'identity',
    query: none,
    answers: { 200: shape.Me },
  }),
  updateMe: call({
    method: 'patch',
    path: '/me',
    summary: '修改基本資料',
    access: 'account',
    body: z.strictObject({ ...profile, password: f.givenPassword }).partial(),
    versioned: true,
    answers: { 200: shape.Me },
  }),
  changePassword: call({
    method: 'put',
    path: '/me/password',
    summary: '變更登入密碼; ends the other sessions',
    access: 'account',
    body: z.strictObject({ current: f.givenPassword, next: f.newPassword }),
    secret: true,
    answers: { 204: null },
  }),
  signIn: call({
    method: 'post',
    path: '/session',
    summary: 'own log-in',
    access: 'anyone',
    body: z.strictObject({
      username: z.string().min(1, 'required').max(254, 'too-long'),
      password: f.givenPassword,
      totp: f.outside(12).optional(),
    }),
    secret: true,
    answers: { 200: shape.Me },
  }),
  signOut: call({ method: 'delete', path: '/session', summary: 'ends this session', access: 'identity', answers: { 204: null } }),
  createSignInCode: call({
    method: 'post',
    path: '/session/code',
    summary: 'a one-time code for a page on a listed origin, made by the kit’s own sign-in page',
    access: 'account',
    body: z.strictObject({ origin: f.outside(300), challenge: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'wrong-type') }),
    secret: true,
    answers: { 200: shape.SignInCodeAnswer },
  }),
  createToken: call({
    method: 'post',
    path: '/session/token',
    summary: 'the token for a page on a listed origin (PKCE, RFC 7636)',
    access: 'anyone',
    body: z.strictObject({ code: f.token, verifier: z.string().regex(/^[A-Za-z0-9._~-]{43,128}$/, 'wrong-type') }),
    secret: true,
    answers: { 200: shape.SessionToken },
  }),

  listUnits: call({
    method: 'get',
    path: '/units',
    summary: 'units that the caller may read',
    access: 'account',
    reads: 'unit.read',
    query: z.strictObject({ parent: f.id.optional(), q: f.q.optional(), ...paging }),
    answers: { 200: shape.UnitPage },
  }),
  searchDirectory: call({
    method: 'get',
    path: '/units/directory',
    summary: 'units one may apply to',
    access: 'anyone',
    query: z.strictObject({ q: f.q.refine((value) => [...value].length >= 2, 'too-short') }),
    answers: { 200: shape.Directory },
  }),
  readUnit: call({
    method: 'get',
    path: '/units/:id',
    summary: 'one unit',
    access: 'account',
    reads: 'unit.read',
    query: none,
    answers: { 200: shape.Unit },
  }),
  createUnit: call({
    method: 'post',
    path: '/units',
    summary: 'opens a unit below the caller’s own',
    access: 'account',
    body: z.strictObject({
      code: f.unitCode,
      name: f.name,
      level: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'wrong-type'),
      parentId: f.id,
    }),
    answers: { 201: shape.Unit },
  }),
  updateUnit: call({
    method: 'patch',
    path: '/units/:id',
    summary: 'renames or moves a unit',
    access: 'account',
    body: z
      .strictObject({ code: f.unitCode, name: f.name, level: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'wrong-type'), parentId: f.id })
      .partial(),
    versioned: true,
    answers: { 200: shape.Unit },
  }),

  apply: call({
    method: 'post',
    path: '/applications',
    summary: '帳號申請',
    access: 'anyone',
    body: z.strictObject({
      unitId: f.id,
      username: f.username,
      ...profile,
      requestedRole: f.role.default('operator'),
      password: f.newPassword.optional(),
    }),
    answers: { 201: shape.ApplicationReceipt },
  }),
  readApplication: call({
    method: 'get',
    path: '/applications/:reference',
    summary: '業務帳號查詢: status and reason',
    access: 'anyone',
    query: none,
    answers: { 200: shape.ApplicationStatus },
  }),

  listAccounts: call({
    method: 'get',
    path: '/accounts',
    summary: '本單位業務帳號管理',
    access: 'account',
    reads: 'account.read',
    query: z.strictObject({
      unit: f.id.optional(),
      scope: z.enum(['own', 'children']).default('own'),
      status: z.enum(ACCOUNT_STATUSES).optional(),
      role: f.role.optional(),
      q: f.q.optional(),
      sort: f.sort(['name', 'username', 'status', 'role', 'email', 'appliedAt']).default({ by: 'name', descending: false }),
      ...paging,
    }),
    answers: { 200: shape.AccountPage },
  }),
  readAccount: call({
    method: 'get',
    path: '/accounts/:id',
    summary: '檢視資料',
    access: 'account',
    reads: 'account.read',
    query: none,
    answers: { 200: shape.Account },
  }),
  updateAccount: call({
    method: 'patch',
    path: '/accounts/:id',
    summary: '編輯帳號個人資料',
    access: 'account',
    body: partialProfile,
    versioned: true,
    answers: { 200: shape.Account },
  }),
  activateAccount: call({
    method: 'post',
    path: '/accounts/:id/activation',
    summary: '啟用成…',
    access: 'account',
    body: z.strictObject({ role: f.role, replace: z.boolean().optional() }),
    versioned: true,
    answers: { 200: shape.Account },
  }),
  switchRole: call({
    method: 'put',
    path: '/accounts/:id/role',
    summary: '身份切換成…',
    access: 'account',
    body: z.strictObject({ role: f.role, replace: z.boolean().optional() }),
    versioned: true,
    answers: { 200: shape.Account },
  }),
  rejectAccount: call({
    method: 'post',
    path: '/accounts/:id/rejection',
    summary: '帳號申請不通過',
    access: 'account',
    body: reasonBody,
    versioned: true,
    answers: { 200: shape.Account },
  }),
  deleteAccount: call({
    method: 'post',
    path: '/accounts/:id/deletion',
    summary: '刪除帳號',
    access: 'account',
    body: reasonBody,
    versioned: true,
    answers: { 200: shape.Account },
  }),
  restoreAccount: call({
    method: 'post',
    path: '/accounts/:id/restoration',
    summary: 'a rejected or deleted account waits again',
    access: 'account',
    versioned: true,
    answers: { 200: shape.Account },
  }),
  linkIdentity: call({
    method: 'post',
    path: '/accounts/:id/identities',
    summary: 'links an outside identity',
    access: 'account',
    body: z.strictObject({
      issuer: f.outside(300),
      subject: f.outside(255),
    }),
    versioned: true,
    answers: { 200: shape.Identities },
  }),
  unlinkIdentity: call({
    method: 'delete',
    path: '/accounts/:id/identities/:identity',
    summary: 'unlinks it and ends its sessions',
    access: 'account',
    versioned: true,
    answers: { 200: shape.Identities },
  }),

  listTeachers: call({
    method: 'get',
    path: '/teachers',
    summary: '本單位教師帳號管理',
    access: 'account',
    reads: 'teacher.read',
    query: z.strictObject({ ...teacherFilter, ...paging }),
    answers: { 200: shape.TeacherPage },
  }),
  exportTeachers: call({
    method: 'get',
    path: '/teachers/export',
    summary: '資料下載, masked, with 編號',
    access: 'account',
    reads: 'teacher.export',
    query: z.strictObject({ format: z.enum(['xlsx', 'csv']).default('xlsx'), ...teacherFilter }),
    answers: { 200: null },
  }),
  checkRegistration: call({
    method: 'post',
    path: '/teachers/check',
    summary: 'what a registration would do; writes nothing',
    access: 'account',
    body: z.strictObject(registration),
    secret: true,
    answers: { 200: shape.Check },
  }),
  registerTeacher: call({
    method: 'post',
    path: '/teachers',
    summary: '教師資料登錄: 201 new, 200 the same person corrected, 202 a transfer proposed',
    access: 'account',
    body: z.strictObject(registration),
    answers: { 200: shape.Teacher, 201: shape.Teacher, 202: shape.ProposedTransfer },
  }),
  readTeacher: call({
    method: 'get',
    path: '/teachers/:id',
    summary: '檢視資料',
    access: 'account',
    reads: 'teacher.read',
    query: none,
    answers: { 200: shape.Teacher },
  }),
  updateTeacher: call({
    method: 'patch',
    path: '/teachers/:id',
    summary: '更新教師資料',
    access: 'account',
    body: z
      .strictObject({
        name: f.name,
        title: f.code,
        email: f.optionalEmail,
        stage: f.optionalCode,
        subjects: f.subjects,
        unitNote: f.optionalNote,
        remark: f.optionalNote,
      })
      .partial(),
    versioned: true,
    answers: { 200: shape.Teacher },
  }),
  correctIdentity: call({
    method: 'post',
    path: '/teachers/:id/identity',
    summary: 'corrects or renews the identity number of the same person',
    access: 'account',
    body: z.strictObject({ nationalId: f.nationalId, sex: f.sex, birthDate: f.day, reason: f.reason }),
    versioned: true,
    answers: { 200: shape.Teacher },
  }),
  departTeacher: call({
    method: 'post',
    path: '/teachers/:id/departure',
    summary: '離職／轉校／退休',
    access: 'account',
    body: z.strictObject({ kind: z.enum(DEPARTURE_KINDS), on: f.day.optional(), toUnitId: f.id.optional(), note: f.optionalNote }),
    versioned: true,
    answers: { 200: shape.Teacher },
  }),
  returnTeacher: call({
    method: 'delete',
    path: '/teachers/:id/departure',
    summary: 'takes a departure back',
    access: 'account',
    versioned: true,
    answers: { 200: shape.Teacher },
  }),
  revealTeacher: call({
    method: 'post',
    path: '/teachers/:id/reveal',
    summary: 'the full number and birth date, with a line in the trail',
    access: 'account',
    body: reasonBody,
    secret: true,
    answers: { 200: shape.Revealed },
  }),

  listTransfers: call({
    method: 'get',
    path: '/transfers',
    summary: 'proposals of and to the own school',
    access: 'account',
    reads: 'teacher.read',
    query: z.strictObject({ direction: z.enum(['in', 'out']).default('out'), state: z.enum(TRANSFER_STATES).optional(), ...paging }),
    answers: { 200: shape.TransferPage },
  }),
  acceptTransfer: call({
    method: 'post',
    path: '/transfers/:id/acceptance',
    summary: 'the giving school lets go',
    access: 'account',
    versioned: true,
    answers: { 200: shape.Transfer },
  }),
  refuseTransfer: call({
    method: 'post',
    path: '/transfers/:id/refusal',
    summary: 'the giving school refuses',
    access: 'account',
    body: reasonBody,
    versioned: true,
    answers: { 200: shape.Transfer },
  }),

  readTrail: call({
    method: 'get',
    path: '/audit',
    summary: '異動紀錄, newest first',
    access: 'account',
    reads: 'audit.read',
    query: z.strictObject({
      unit: f.id.optional(),
      target: f.id.optional(),
      actor: f.id.optional(),
      action: z.enum(TRAIL_ACTIONS).optional(),
      from: f.instant.optional(),
      to: f.instant.optional(),
      cursor: f.number(1, 999_999_999).optional(),
    }),
    answers: { 200: shape.TrailPage },
  }),
  readCodes: call({
    method: 'get',
    path: '/codes',
    summary: 'titles, stages, subjects',
    access: 'anyone',
    query: none,
    answers: { 200: shape.Codes },
  }),
  live: call({ method: 'get', path: '/healthz', summary: 'the process lives', access: 'anyone', answers: { 200: shape.Health } }),
  ready: call({
    method: 'get',
    path: '/readyz',
    summary: 'the database can be read and written',
    access: 'anyone',
    answers: { 200: shape.Health, 503: shape.Health },
  }),
} as const;

export type CallName = keyof typeof calls;
/** The fields of a call's body as they are sent. */
export type BodyOf<Name extends CallName> = (typeof calls)[Name] extends Call<z.ZodType, infer Body> ? z.input<Body> : never;
