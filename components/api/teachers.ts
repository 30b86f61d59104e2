import type { BodyOf } from '../../server/contract/calls.js';
import type { Check, ProposedTransfer, Teacher, TeacherPage, TransferPage } from '../../server/contract/wire.js';
import type { Client, Reader, Sending } from './client.js';

export type Registration = BodyOf<'registerTeacher'>;

export const listTeachers = (client: Reader, query: object, signal?: AbortSignal) =>
  client.get<TeacherPage>('/teachers', { query, signal });
export const readTeacher = (client: Reader, id: string) => client.get<Teacher>(`/teachers/${id}`);
export const exportTeachers = (client: Reader, query: object) => client.download('/teachers/export', query);

export const checkRegistration = (client: Reader, body: Registration) => client.ask<Check>('/teachers/check', { body });
export const registerTeacher = (client: Client, body: Registration, more: Sending = {}) =>
  client.post<Teacher | ProposedTransfer>('/teachers', { ...more, body });

export const listTransfers = (client: Reader, query: object) => client.get<TransferPage>('/transfers', { query });
