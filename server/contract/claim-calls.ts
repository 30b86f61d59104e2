/** Claims of roster entries, and integration tokens. */
import { z } from 'zod';
import { call } from './call.js';
import * as f from './fields.js';
import * as shape from './shapes.js';
import { none } from './sign-in-calls.js';

const identity = { nationalId: f.nationalId, birthDate: f.day };

export const claimCalls = {
  inviteTeacher: call({
    method: 'post',
    path: '/teachers/:id/invitation',
    summary: 'a single-use invitation to claim the entry',
    access: 'account',
    versioned: true,
    secret: true,
    answers: { 200: shape.Invitation },
  }),
  claim: call({
    method: 'post',
    path: '/claims',
    summary: 'by the invited person, signed in elsewhere or choosing a password; one answer for every failure',
    access: 'anyone',
    body: z.strictObject({ invitation: f.token, ...identity, username: f.username.optional(), password: f.newPassword.optional() }),
    secret: true,
    answers: { 200: shape.Claimed },
  }),
  claimForTeacher: call({
    method: 'post',
    path: '/teachers/claims',
    summary: 'by another system with a token of scope `claims`',
    access: 'integration',
    denies: 'teacher.claim',
    body: z.strictObject({ ...identity, issuer: f.outside(300), subject: f.outside(255), username: f.username.optional() }),
    answers: { 200: shape.Claimed },
  }),
  listIntegrations: call({
    method: 'get',
    path: '/units/:id/integrations',
    summary: 'tokens of other systems, in the unit and below; never the token itself',
    access: 'account',
    reads: 'unit.read',
    query: none,
    answers: { 200: shape.IntegrationList },
  }),
  createIntegration: call({
    method: 'post',
    path: '/units/:id/integrations',
    summary: 'a token, shown this once',
    access: 'account',
    body: z.strictObject({
      name: f.name,
      scope: z.enum(['claims']),
      days: z.int().min(1, 'not-allowed').max(366, 'not-allowed').default(366),
    }),
    secret: true,
    answers: { 201: shape.NewIntegration },
  }),
  endIntegration: call({
    method: 'delete',
    path: '/units/:id/integrations/:integration',
    summary: 'the token is worth nothing any more',
    access: 'account',
    answers: { 204: null },
  }),
};
