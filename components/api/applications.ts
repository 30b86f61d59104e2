import type { BodyOf } from '../../server/contract/calls.js';
import type { ApplicationReceipt, ApplicationStatus } from '../../server/contract/wire.js';
import type { Client, Reader } from './client.js';

export const apply = (client: Client, body: BodyOf<'apply'>) => client.secret<ApplicationReceipt>('POST', '/applications', { body });
export const readApplication = (client: Reader, reference: string) =>
  client.get<ApplicationStatus>(`/applications/${encodeURIComponent(reference)}`);
