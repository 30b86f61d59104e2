/** Applications, and the business accounts of units. */
import { z } from 'zod';
import { ACCOUNT_STATUSES } from '../domain/authority.js';
import { call } from './call.js';
import * as f from './fields.js';
import * as shape from './shapes.js';
import { none, profile } from './sign-in-calls.js';

const partialProfile = z.strictObject(profile).partial();

export const accountCalls = {
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
      ...f.paging,
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
    body: f.reasonBody,
    versioned: true,
    answers: { 200: shape.Account },
  }),
  deleteAccount: call({
    method: 'post',
    path: '/accounts/:id/deletion',
    summary: '刪除帳號',
    access: 'account',
    body: f.reasonBody,
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
  listIdentities: call({
    method: 'get',
    path: '/accounts/:id/identities',
    summary: 'the outside identities that sign in as the account, for whoever may unlink them',
    access: 'account',
    reads: 'account.read',
    answers: { 200: shape.IdentityList },
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
  removeSecondFactor: call({
    method: 'delete',
    path: '/accounts/:id/second-factor',
    summary: 'for somebody who has lost it',
    access: 'account',
    versioned: true,
    answers: { 200: shape.Account },
  }),
} as const;
