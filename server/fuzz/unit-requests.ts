/** Valid requests about units, their accounts, applications and hand-overs. */
import type { CallName } from '../contract/calls.js';
import { sealBinding } from '../services/core/seal-binding.js';
import { expectSuccess, type Fixture, type FuzzRequest, type MakeRequest } from './fixture.js';

export function unitRequests(fixture: Fixture) {
  const { anyone, kit } = fixture.installation;

  const createUnit = async (): Promise<FuzzRequest> => ({
    client: fixture.clients.head,
    path: '/units',
    body: { code: `F${fixture.nextNumber()}`, name: '教務處', level: 'department', parentId: fixture.schoolId },
  });

  const apply = async (): Promise<FuzzRequest> => ({
    client: anyone,
    path: '/applications',
    body: {
      unitId: fixture.schoolId,
      username: `applied-${fixture.nextNumber()}`,
      name: '新人',
      sex: 'female',
      title: '幹事',
      email: 'n@example.test',
      phone: '02-2345-6789',
      password: 'a long one indeed',
    },
  });

  const onAccount = async (status: 'pending' | 'active' | 'deleted', suffix: string, body?: unknown): Promise<FuzzRequest> => {
    const { id, etag } = await fixture.createAccount(status);
    return { client: fixture.clients.head, path: `/accounts/${id}${suffix}`, etag, ...(body === undefined ? {} : { body }) };
  };

  const linkIdentity = (): Promise<FuzzRequest> =>
    onAccount('active', '/identities', { issuer: 'https://id.example', subject: `s-${fixture.nextNumber()}` });

  const onHandover = async (suffix: string): Promise<FuzzRequest & { etag: string }> => {
    await fixture.endHandover();
    const successor = (await kit.store.accountByUsername('lin-contact'))!;
    const handover = expectSuccess(await fixture.clients.head.post('/handovers', { body: { to: successor.id, on: fixture.distantDay() } }));
    return { client: fixture.clients.contact, path: `/handovers/${handover.body.id as string}${suffix}`, etag: handover.etag };
  };

  return {
    listUnits: async () => ({ client: fixture.clients.ministry, path: '/units' }),
    searchDirectory: async () => ({ client: anyone, path: `/units/directory?q=${encodeURIComponent('國民')}` }),
    readUnit: async () => ({ client: fixture.clients.county, path: `/units/${fixture.schoolId}` }),
    createUnit,
    updateUnit: async () => {
      const { client, path, body } = await createUnit();
      const created = expectSuccess(await client.post(path, { body }));
      return { client, path: `/units/${created.body.id as string}`, etag: created.etag, body: { name: '學務處' } };
    },
    apply,
    readApplication: async () => {
      const { client, path, body } = await apply();
      const application = await client.post(path, { body });
      return { client, path: `/applications/${application.body.reference as string}` };
    },
    listAccounts: async () => ({ client: fixture.clients.head, path: '/accounts' }),
    readAccount: async () => ({ client: fixture.clients.head, path: `/accounts/${(await fixture.createAccount('active')).id}` }),
    updateAccount: () => onAccount('active', '', { title: '組長' }),
    activateAccount: () => onAccount('pending', '/activation', { role: 'operator' }),
    switchRole: () => onAccount('active', '/role', { role: 'contact' }),
    rejectAccount: () => onAccount('pending', '/rejection', { reason: '資料不全' }),
    deleteAccount: () => onAccount('active', '/deletion', { reason: '離職' }),
    restoreAccount: () => onAccount('deleted', '/restoration'),
    listIdentities: async () => ({
      client: fixture.clients.head,
      path: `/accounts/${(await fixture.createAccount('active')).id}/identities`,
    }),
    linkIdentity,
    unlinkIdentity: async () => {
      const { client, path, etag, body } = await linkIdentity();
      const linked = expectSuccess(await client.post(path, { body, etag }));
      return { client, path: `${path}/${linked.body.items[0].id as string}`, etag: linked.etag };
    },
    removeSecondFactor: async () => {
      const { id } = await fixture.createAccount('active');
      const account = (await kit.store.account(id))!;
      const secondFactor = kit.internals.cipher.seal('x', sealBinding('accounts.secondFactor', id));
      await kit.store.saveAccounts([{ ...account, secondFactor, version: 2 }], [], { guards: [], trail: [] });
      return { client: fixture.clients.head, path: `/accounts/${id}/second-factor`, etag: '"2"' };
    },
    listHandovers: async () => ({ client: fixture.clients.county, path: '/handovers' }),
    beginHandover: async () => {
      await fixture.endHandover();
      const successor = await fixture.createAccount('active', 'contact');
      return { client: fixture.clients.head, path: '/handovers', body: { to: successor.id, on: fixture.distantDay() } };
    },
    consentToHandover: () => onHandover('/consent'),
    approveHandover: async () => {
      const { client, path, etag } = await onHandover('/consent');
      expectSuccess(await client.post(path, { etag }));
      return { client: fixture.clients.county, path: path.replace('consent', 'approval'), etag: '"2"' };
    },
    refuseHandover: async () => {
      const { path, etag } = await onHandover('/refusal');
      return { client: fixture.clients.county, path, etag, body: { reason: '人選待議' } };
    },
    readAttention: async () => ({ client: fixture.clients.county, path: '/units/attention' }),
    readStatistics: async () => ({ client: fixture.clients.county, path: '/statistics?scope=subtree' }),
    readTrail: async () => ({ client: fixture.clients.head, path: '/audit' }),
    readCodes: async () => ({ client: anyone, path: '/codes' }),
    readNotice: async () => ({ client: anyone, path: '/notice' }),
    live: async () => ({ client: anyone, path: '/healthz' }),
    ready: async () => ({ client: anyone, path: '/readyz' }),
  } satisfies Partial<Record<CallName, MakeRequest>>;
}
