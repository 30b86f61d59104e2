/** All calls, with their requests and answers. The routes and /openapi.json are made from this table. */
import { z } from 'zod';
import { TEACHER_FIELDS, teacherFieldsSetBy } from '../domain/teacher-fields.js';
import { DEPARTURE_KINDS, TEACHER_STATUSES, TRANSFER_STATES } from '../domain/teachers.js';
import { TRAIL_ACTIONS } from '../domain/trail.js';
import { accountCalls } from './account-calls.js';
import { call } from './call.js';
import { claimCalls } from './claim-calls.js';
import { importCalls } from './import-calls.js';
import { sentFields } from './field-schemas.js';
import * as f from './fields.js';
import * as shape from './shapes.js';
import { none, signInCalls } from './sign-in-calls.js';
import { unitCalls } from './unit-calls.js';

const registration = sentFields(TEACHER_FIELDS, teacherFieldsSetBy('registration'));
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
const rosterFilters = z.strictObject({ ...teacherFilter, departed: z.boolean().default(false) }).prefault({});

export const calls = {
  ...signInCalls,
  ...claimCalls,
  ...importCalls,
  ...unitCalls,

  listUnits: call({
    method: 'get',
    path: '/units',
    summary: 'units that the caller may read',
    access: 'account',
    reads: 'unit.read',
    query: z.strictObject({ parent: f.id.optional(), q: f.q.optional(), ...f.paging }),
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
    summary: 'renames, releases or moves a unit',
    access: 'account',
    body: z
      .strictObject({
        code: f.unitCode,
        name: f.name,
        level: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'wrong-type'),
        parentId: f.id,
        releasedTo: f.id.nullable(),
      })
      .partial(),
    versioned: true,
    answers: { 200: shape.Unit },
  }),

  ...accountCalls,

  listTeachers: call({
    method: 'get',
    path: '/teachers',
    summary: '本單位教師帳號管理',
    access: 'account',
    reads: 'teacher.read',
    query: z.strictObject({ ...teacherFilter, ...f.paging }),
    answers: { 200: shape.TeacherPage },
  }),
  exportTeachers: call({
    method: 'get',
    path: '/teachers/export',
    summary: '資料下載, masked, with 編號',
    access: 'account',
    reads: 'teacher.export',
    query: z.strictObject({ format: z.enum(['xlsx', 'csv']).default('xlsx'), ids: f.ids.optional(), ...teacherFilter }),
    answers: { 200: null },
  }),
  exportPersonalData: call({
    method: 'post',
    path: '/teachers/exports',
    summary: 'the full one, for a reason; in the trail with the number of people',
    access: 'account',
    body: z.strictObject({
      format: z.enum(['xlsx', 'csv']).default('xlsx'),
      filters: rosterFilters,
      personalData: z.literal(true),
      reason: f.reason,
    }),
    secret: true,
    answers: { 200: null },
  }),
  checkRegistration: call({
    method: 'post',
    path: '/teachers/check',
    summary: 'what a registration would do; writes nothing',
    access: 'account',
    body: z.strictObject(registration),
    question: true,
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
    body: z.strictObject(sentFields(TEACHER_FIELDS, teacherFieldsSetBy('update'))).partial(),
    versioned: true,
    answers: { 200: shape.Teacher },
  }),
  correctIdentity: call({
    method: 'post',
    path: '/teachers/:id/identity',
    summary: 'corrects or renews the identity number of the same person',
    access: 'account',
    body: z.strictObject({ ...sentFields(TEACHER_FIELDS, teacherFieldsSetBy('identity')), reason: f.reason }),
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
    body: f.reasonBody,
    secret: true,
    answers: { 200: shape.Revealed },
  }),

  listTransfers: call({
    method: 'get',
    path: '/transfers',
    summary: 'proposals of and to the own school',
    access: 'account',
    reads: 'teacher.read',
    query: z.strictObject({
      direction: z.enum(['in', 'out', 'decide']).default('out'),
      state: z.enum(TRANSFER_STATES).optional(),
      ...f.paging,
    }),
    answers: { 200: shape.TransferPage },
  }),
  disputeTransfer: call({
    method: 'post',
    path: '/transfers',
    summary: 'after registration-failed: asks the head of the nearest unit above both schools',
    access: 'account',
    body: z.strictObject({ ...registration, dispute: z.literal(true), reason: f.reason }),
    answers: { 202: shape.ProposedTransfer },
  }),
  decideTransfer: call({
    method: 'post',
    path: '/transfers/:id/decision',
    summary: 'of a dispute, by the head of the nearest unit above both schools',
    access: 'account',
    body: z.strictObject({ decision: z.enum(['move', 'correct', 'refuse']), reason: f.reason }),
    versioned: true,
    answers: { 200: shape.Transfer },
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
    body: f.reasonBody,
    versioned: true,
    answers: { 200: shape.Transfer },
  }),

  withdrawTransfer: call({
    method: 'delete',
    path: '/transfers/:id',
    summary: 'the asking school withdraws its proposal',
    access: 'account',
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
  readNotice: call({
    method: 'get',
    path: '/notice',
    summary: '個資法 §8, §9: what people are told before they give their data',
    access: 'anyone',
    query: none,
    answers: { 200: shape.Notice },
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
