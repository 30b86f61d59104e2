/** Valid requests about the caller's own account: sign-in, second factor, passwords, and claims by teachers. */
import type { CallName } from '../contract/calls.js';
import { DEMO_PASSWORD } from '../reference/demo-data.js';
import { PAGE_ORIGIN, type Fixture, type FuzzRequest, type MakeRequest } from './fixture.js';

export function signInRequests(fixture: Fixture) {
  const { installation } = fixture;
  const { anyone } = installation;

  const askForConfirmation = async (): Promise<FuzzRequest> => {
    const { store } = installation.kit;
    const account = (await store.accountByUsername('feng-clerk'))!;
    if (account.emailConfirmed)
      await store.saveAccounts([{ ...account, emailConfirmed: false, version: account.version + 1 }], [], { guards: [], trail: [] });
    return { client: await installation.as('feng-clerk'), path: '/me/email-confirmation' };
  };

  const createIntegration = async (): Promise<FuzzRequest> => ({
    client: fixture.clients.head,
    path: `/units/${fixture.schoolId}/integrations`,
    body: { name: '縣市平臺', scope: 'claims', days: 3 },
  });

  return {
    readMe: async () => ({ client: fixture.clients.head, path: '/me' }),
    updateMe: async () => {
      const { etag } = await fixture.clients.contact.get('/me');
      return { client: fixture.clients.contact, path: '/me', etag, body: { phone: '02-7712-9999' } };
    },
    changePassword: async () => {
      const [current, next] = fixture.nextNumber() % 2 ? ['Another-one-12', DEMO_PASSWORD] : [DEMO_PASSWORD, 'Another-one-12'];
      const client = await anyone.signIn('song-head', current).catch(() => anyone.signIn('song-head', next));
      return { client, path: '/me/password', body: { current, next } };
    },
    signIn: async () => ({ client: anyone, path: '/session', body: { username: 'wang-head', password: DEMO_PASSWORD } }),
    signOut: async () => ({ client: await installation.signIn('chen-operator'), path: '/session' }),
    createSignInCode: async () => ({ client: fixture.clients.head, path: '/session/code', body: fixture.signInCodeRequest().body }),
    createToken: async () => {
      const { body, verifier } = fixture.signInCodeRequest();
      const created = await fixture.clients.head.post('/session/code', { body });
      return { client: anyone, path: '/session/token', body: { code: created.body.code, verifier }, headers: { Origin: PAGE_ORIGIN } };
    },
    listProviders: async () => ({ client: anyone, path: '/session/providers' }),
    listSessions: async () => ({ client: fixture.clients.head, path: '/me/sessions' }),
    endSession: async () => {
      const client = await installation.signIn('chen-operator');
      const { body } = await client.get('/me/sessions');
      return { client, path: `/me/sessions/${body.items.find(({ current }: { current: boolean }) => current).id as string}` };
    },
    beginSecondFactor: async () => ({
      client: fixture.clients.operator,
      path: '/me/second-factor',
      body: { password: DEMO_PASSWORD },
    }),
    confirmSecondFactor: async () => {
      const client = await fixture.signInWithoutSecondFactor('county-b');
      return { client, path: '/me/second-factor', body: await fixture.beginSecondFactor(client) };
    },
    endSecondFactor: async () => {
      const client = await fixture.signInWithoutSecondFactor('hsu-contact');
      await client.put('/me/second-factor', { body: await fixture.beginSecondFactor(client) });
      return { client, path: '/me/second-factor/removal', body: { password: DEMO_PASSWORD } };
    },
    readOwnData: async () => ({ client: fixture.clients.county, path: '/me/data' }),
    askForReset: async () => ({ client: anyone, path: '/password-resets', body: { username: 'nobody-at-all' } }),
    resetPassword: async () => {
      await anyone.post('/password-resets', { body: { username: 'peng-clerk' } });
      const token = await fixture.mailLinkToken('peng-clerk@example.test', 'reset');
      return { client: anyone, path: '/password-resets', body: { token, next: `Reset-again-${fixture.nextNumber()}` } };
    },
    askForConfirmation,
    confirmEmail: async () => {
      const { client, path } = await askForConfirmation();
      await client.post(path);
      const token = await fixture.mailLinkToken('feng-clerk@example.test', 'confirm');
      return { client, path: '/email-confirmations', body: { token } };
    },
    inviteTeacher: async () => {
      const { id, etag } = await fixture.registerEntry();
      return { client: fixture.clients.head, path: `/teachers/${id}/invitation`, etag };
    },
    claim: async () => {
      const { id, etag, registration } = await fixture.registerEntry();
      const { body } = await fixture.clients.head.post(`/teachers/${id}/invitation`, { etag });
      const { nationalId, birthDate } = registration;
      const username = `claimed-${fixture.nextNumber()}`;
      return {
        client: anyone,
        path: '/claims',
        body: { invitation: body.invitation, nationalId, birthDate, username, password: 'a long one indeed' },
      };
    },
    claimForTeacher: async () => {
      const { registration } = await fixture.registerEntry();
      const { nationalId, birthDate } = registration;
      const created = await fixture.clients.county.post(`/units/${fixture.schoolId}/integrations`, {
        body: { name: '單一登入', scope: 'claims' },
      });
      return {
        client: anyone,
        path: '/teachers/claims',
        headers: { Authorization: `Bearer ${created.body.token as string}` },
        body: { nationalId, birthDate, issuer: 'https://sso.example', subject: `s-${fixture.nextNumber()}` },
      };
    },
    listIntegrations: async () => ({ client: fixture.clients.county, path: `/units/${fixture.schoolId}/integrations` }),
    createIntegration,
    endIntegration: async () => {
      const { client, path, body } = await createIntegration();
      const created = await client.post(path, { body });
      return { client, path: `${path}/${created.body.id as string}` };
    },
  } satisfies Partial<Record<CallName, MakeRequest>>;
}
