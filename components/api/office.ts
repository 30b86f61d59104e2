/** Statistics, the trail, hand-overs, disputes, invitations. */
import type { BodyOf } from '../../server/contract/calls.js';
import type {
  AccountPage,
  Attention,
  Claimed,
  Handover,
  HandoverList,
  Invitation,
  ProposedTransfer,
  Statistics,
  Teacher,
  TrailPage,
  Transfer,
  TransferPage,
} from '../../server/contract/wire.js';
import type { Client, Reader, Sending } from './client.js';

type Versioned = Pick<Handover, 'id' | 'version'>;

export const readStatistics = (client: Reader, query: object, signal?: AbortSignal) =>
  client.get<Statistics>('/statistics', { query, signal, patience: 60_000 });
export const readTrail = (client: Reader, query: object, signal?: AbortSignal) => client.get<TrailPage>('/audit', { query, signal });

export const readAttention = (client: Reader) => client.get<Attention>('/units/attention');
export const listHandovers = (client: Reader) => client.get<HandoverList>('/handovers');
export const listActiveAccounts = (client: Reader, unit: string) =>
  client.get<AccountPage>('/accounts', { query: { unit, status: 'active', pageSize: 200 } });
export const beginHandover = (client: Client, body: BodyOf<'beginHandover'>, more: Sending = {}) =>
  client.post<Handover>('/handovers', { ...more, body });
export const consentToHandover = (client: Client, { id, version }: Versioned, more: Sending = {}) =>
  client.post<Handover>(`/handovers/${id}/consent`, { ...more, version });
export const approveHandover = (client: Client, { id, version }: Versioned, more: Sending = {}) =>
  client.post<Handover>(`/handovers/${id}/approval`, { ...more, version });
export const refuseHandover = (client: Client, { id, version }: Versioned, reason: string, more: Sending = {}) =>
  client.post<Handover>(`/handovers/${id}/refusal`, { ...more, body: { reason }, version });

export const listDisputes = (client: Reader) => client.get<TransferPage>('/transfers', { query: { direction: 'decide', pageSize: 100 } });
export const decideDispute = (
  client: Client,
  { id, version }: Pick<Transfer, 'id' | 'version'>,
  body: BodyOf<'decideTransfer'>,
  more: Sending = {},
) => client.post<Transfer>(`/transfers/${id}/decision`, { ...more, body, version });
export const disputeTransfer = (client: Client, body: BodyOf<'disputeTransfer'>, more: Sending = {}) =>
  client.post<ProposedTransfer>('/transfers', { ...more, body });

export const inviteTeacher = (client: Client, { id, version }: Pick<Teacher, 'id' | 'version'>) =>
  client.secret<Invitation>('POST', `/teachers/${id}/invitation`, { version });
export const claim = (client: Client, body: BodyOf<'claim'>) => client.secret<Claimed>('POST', '/claims', { body });
