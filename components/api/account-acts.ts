/** Acts on one account, loaded with what shows them. */
import type { BodyOf } from '../../server/contract/calls.js';
import type { Account } from '../../server/contract/wire.js';
import type { Client, Sending } from './client.js';

type Versioned = Pick<Account, 'id' | 'version'>;

const on = ({ id }: Versioned, path = ''): string => `/accounts/${id}${path}`;
export const updateAccount = (client: Client, account: Versioned, body: BodyOf<'updateAccount'>, more: Sending = {}) =>
  client.patch<Account>(on(account), { ...more, body, version: account.version });
export const activateAccount = (client: Client, account: Versioned, body: BodyOf<'activateAccount'>, more: Sending = {}) =>
  client.post<Account>(on(account, '/activation'), { ...more, body, version: account.version });
export const switchRole = (client: Client, account: Versioned, body: BodyOf<'switchRole'>, more: Sending = {}) =>
  client.put<Account>(on(account, '/role'), { ...more, body, version: account.version });
export const rejectAccount = (client: Client, account: Versioned, reason: string, more: Sending = {}) =>
  client.post<Account>(on(account, '/rejection'), { ...more, body: { reason }, version: account.version });
export const deleteAccount = (client: Client, account: Versioned, reason: string, more: Sending = {}) =>
  client.post<Account>(on(account, '/deletion'), { ...more, body: { reason }, version: account.version });
export const restoreAccount = (client: Client, account: Versioned, more: Sending = {}) =>
  client.post<Account>(on(account, '/restoration'), { ...more, version: account.version });
