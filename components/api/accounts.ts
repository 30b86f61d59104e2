import type { Account, AccountPage } from '../../server/contract/wire.js';
import type { Client } from './client.js';

export const listAccounts = (client: Client, query: object, signal?: AbortSignal) =>
  client.get<AccountPage>('/accounts', { query, signal });
export const readAccount = (client: Client, id: string) => client.get<Account>(`/accounts/${id}`);
