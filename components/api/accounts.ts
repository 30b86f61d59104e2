import type { Account, AccountPage } from '../../server/contract/wire.js';
import type { Reader } from './client.js';

export const listAccounts = (client: Reader, query: object, signal?: AbortSignal) =>
  client.get<AccountPage>('/accounts', { query, signal });
export const readAccount = (client: Reader, id: string) => client.get<Account>(`/accounts/${id}`);
