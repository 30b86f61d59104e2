/**
 * What must not compile. Nothing here runs: `tsc -p tsconfig.tests.json` fails if one of these lines compiles, for example
 * because the client lost the types of the table of calls.
 */
import type { BodyOf, QueryOf, CallPath } from '../../server/contract/call-types.js';
import type { Client, Reader } from '../api/client.js';

/** A path that is renamed in the table is unknown here. */
export const paths: CallPath[] = [
  'PATCH /teachers/:id',
  // @ts-expect-error another method
  'PUT /teachers/:id',
  // @ts-expect-error another path
  'PATCH /teacher/:id',
  // @ts-expect-error another parameter
  'PATCH /teachers/:teacher',
];

export const registration: BodyOf<'POST /transfers'>['dispute'] = true;
// @ts-expect-error no field of the body
export type Unknown = BodyOf<'POST /teachers'>['nickname'];
// @ts-expect-error no body
export const none: BodyOf<'GET /teachers'> = {};
export const query: QueryOf<'GET /teachers'> = {
  q: '王',
  page: 2,
  departed: true,
  stage: '',
  status: 'pending',
  // @ts-expect-error not a page
  pageSize: true,
  // @ts-expect-error no value of the call's
  scope: 'everywhere',
};
// @ts-expect-error no name of the call's
export const unknown: QueryOf<'GET /teachers'> = { order: 'name' };

export async function sends(client: Client, body: BodyOf<'PATCH /teachers/:id'>): Promise<void> {
  const [id, version] = ['t1', 3];
  await client.call('PATCH /teachers/:id', { id, version, body });
  // @ts-expect-error the parameter of the path is missing
  await client.call('PATCH /teachers/:id', { version, body });
  // @ts-expect-error a parameter that the path does not have
  await client.call('GET /teachers/:id', { id, row: 1 });
  // @ts-expect-error the version is missing
  await client.call('PATCH /teachers/:id', { id, body });
  // @ts-expect-error the body is missing
  await client.call('PATCH /teachers/:id', { id, version });
  // @ts-expect-error a body that the call does not take
  await client.call('DELETE /session', { body });
  // @ts-expect-error a version that the call does not compare
  await client.call('GET /teachers/:id', { id, version });
  // @ts-expect-error a required field is missing
  await client.call('POST /teachers/:id/reveal', { id, body: {}, once: true });
  // @ts-expect-error the field has another type
  await client.call('PATCH /teachers/:id', { id, version, body: { subjects: 'mandarin' } });
  // @ts-expect-error the query is missing
  await client.call('GET /units/directory');
  // @ts-expect-error a secret is sent once
  await client.call('POST /session', { body: { username: 'wang-head', password: 'x' } });
  // @ts-expect-error a form, where the call takes none
  await client.call('POST /teachers', { body: new FormData() });
  // @ts-expect-error a file is downloaded
  await client.call('GET /teachers/export');
  // @ts-expect-error a response that is no file
  await client.download('GET /teachers');
}

export async function reads(client: Client): Promise<void> {
  const { name } = await client.call('GET /teachers/:id', { id: 't1' });
  name.trim();
  const registered = await client.call('POST /teachers', { body: {} as BodyOf<'POST /teachers'> });
  // @ts-expect-error an entry, or the proposal of a transfer
  registered.name.trim();
  if ('transfer' in registered) registered.transfer.state satisfies string;
  const nothing = await client.call('DELETE /session');
  // @ts-expect-error 204 has no content
  nothing.name.trim();
  const { status } = await client.call('GET /readyz');
  status satisfies 'ok' | 'unavailable';
}

/** Elements hold a reader; a write goes through `Screen.act`, which hands out the client. */
export async function onlyReads(reader: Reader, body: BodyOf<'POST /teachers'>): Promise<void> {
  await reader.call('GET /me');
  await reader.call('POST /teachers/check', { body, once: true });
  await reader.download('GET /teachers/export');
  // @ts-expect-error a write
  await reader.call('POST /teachers', { body });
  // @ts-expect-error a write
  await reader.call('DELETE /session');
  // @ts-expect-error a file that is asked for with a reason
  await reader.download('POST /teachers/exports', { body: { personalData: true, reason: '勞保申報' }, once: true });
}
