/** The states of lists: loading, empty, failed, forbidden, offline. */
import type { Client } from '../api/client.js';
import { click, settled, type } from './harness.js';
import { client, me, pageOf, problem } from './server.js';
import type { State } from './state.js';

const never = new Promise<object>(() => undefined);
/** A client that answers one call in its own way. */
export const when =
  (method: string, path: string, answer: object | Promise<object>): (() => Client) =>
  () =>
    client((request) => (request.method === method && request.path === path ? answer : undefined));

export const counts = { pending: 0, active: 1, rejected: 0, deleted: 0 };
const lists = ['account-manager', 'teacher-roster'] as const;
const pathOf = { 'account-manager': '/accounts', 'teacher-roster': '/teachers' } as const;
const emptyOf = {
  'account-manager': pageOf([], { counts }),
  'teacher-roster': pageOf([], { summary: { total: 0, applied: 0, pending: 0, teachers: 0, staff: 0, roaming: 0 } }),
} as const;

/** The states that every list has. */
export const LIST_STATES: State[] = lists.flatMap((element): State[] => [
  { element, name: '0 loading, first', client: when('GET', pathOf[element], never) },
  { element, name: '0 empty, nothing yet', client: when('GET', pathOf[element], emptyOf[element]) },
  {
    element,
    name: '0 empty, filter',
    client: () => client((request) => (request.path === pathOf[element] && request.query.get('q') ? emptyOf[element] : undefined)),
    act: async (list) => {
      await type(list, 'searchbox', /姓名/, '沒有人');
      await click(list, 'button', /^查詢$/);
    },
  },
  { element, name: '0 error', client: when('GET', pathOf[element], problem('internal', 500)) },
  { element, name: '0 session over', client: when('GET', '/me', problem('unauthenticated', 401)) },
  { element, name: '0 forbidden', client: when('GET', '/me', me('operator')) },
  {
    element,
    name: '0 offline',
    client: () => client(),
    act: async (list) => {
      Object.defineProperty(navigator, 'onLine', { value: false, configurable: true });
      dispatchEvent(new Event('offline'));
      await settled(list);
      delete (navigator as { onLine?: boolean }).onLine;
    },
  },
]);
