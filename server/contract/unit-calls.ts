/** Hand-overs of the office of head, the overview of what needs attention, and statistics. */
import { z } from 'zod';
import { call } from './call.js';
import * as f from './fields.js';
import * as shape from './shapes.js';
import { none } from './sign-in-calls.js';

export const unitCalls = {
  listHandovers: call({
    method: 'get',
    path: '/handovers',
    summary: '移交總負責人: of the own unit, of those directly below, and to oneself',
    access: 'account',
    query: none,
    answers: { 200: shape.HandoverList },
  }),
  beginHandover: call({
    method: 'post',
    path: '/handovers',
    summary: 'by the head, or by the head of the parent',
    access: 'account',
    denies: 'handover.begin',
    body: z.strictObject({ to: f.id, on: f.day.optional() }),
    answers: { 201: shape.Handover },
  }),
  consentToHandover: call({
    method: 'post',
    path: '/handovers/:id/consent',
    summary: 'by the successor',
    access: 'account',
    versioned: true,
    answers: { 200: shape.Handover },
  }),
  approveHandover: call({
    method: 'post',
    path: '/handovers/:id/approval',
    summary: 'by the head of the parent; takes effect on its day',
    access: 'account',
    versioned: true,
    answers: { 200: shape.Handover },
  }),
  refuseHandover: call({
    method: 'post',
    path: '/handovers/:id/refusal',
    summary: 'by any of them, while it is not done',
    access: 'account',
    body: z.strictObject({ reason: f.reason }),
    versioned: true,
    answers: { 200: shape.Handover },
  }),
  readAttention: call({
    method: 'get',
    path: '/units/attention',
    summary: 'directly below: units without a head, heads who have not signed in, applications that wait',
    access: 'account',
    reads: 'unit.read',
    query: none,
    answers: { 200: shape.Attention },
  }),
  readStatistics: call({
    method: 'get',
    path: '/statistics',
    summary: '統計圖表: of a unit, and of all below it',
    access: 'account',
    reads: 'unit.read',
    query: z.strictObject({ unit: f.id.optional(), scope: z.enum(['own', 'subtree']).default('own') }),
    answers: { 200: shape.Statistics },
  }),
};
