/** Acts on one entry of a roster, and on a proposal for one; loaded with what shows them. */
import type { BodyOf } from '../../server/contract/calls.js';
import type { Revealed, Teacher, Transfer } from '../../server/contract/wire.js';
import type { Client, Sending } from './client.js';

type Versioned = Pick<Teacher, 'id' | 'version'>;

export const updateTeacher = (client: Client, { id, version }: Versioned, body: BodyOf<'updateTeacher'>, more: Sending = {}) =>
  client.patch<Teacher>(`/teachers/${id}`, { ...more, body, version });
export const correctIdentity = (client: Client, { id, version }: Versioned, body: BodyOf<'correctIdentity'>, more: Sending = {}) =>
  client.post<Teacher>(`/teachers/${id}/identity`, { ...more, body, version });
export const departTeacher = (client: Client, { id, version }: Versioned, body: BodyOf<'departTeacher'>, more: Sending = {}) =>
  client.post<Teacher>(`/teachers/${id}/departure`, { ...more, body, version });
export const returnTeacher = (client: Client, { id, version }: Versioned, more: Sending = {}) =>
  client.delete<Teacher>(`/teachers/${id}/departure`, { ...more, version });
/** With identity numbers and birth dates. */
export const exportPersonalData = (client: Client, body: object) => client.download('/teachers/exports', {}, body);
export const revealTeacher = (client: Client, { id }: Versioned, reason: string) =>
  client.secret<Revealed>('POST', `/teachers/${id}/reveal`, { body: { reason } });

export const acceptTransfer = (client: Client, { id, version }: Pick<Transfer, 'id' | 'version'>, more: Sending = {}) =>
  client.post<Transfer>(`/transfers/${id}/acceptance`, { ...more, version });
export const refuseTransfer = (client: Client, { id, version }: Pick<Transfer, 'id' | 'version'>, reason: string, more: Sending = {}) =>
  client.post<Transfer>(`/transfers/${id}/refusal`, { ...more, body: { reason }, version });
