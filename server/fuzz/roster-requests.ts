/** Valid requests about rosters, imports and transfers. */
import type { CallName } from '../contract/calls.js';
import { expectSuccess, type Fixture, type FuzzRequest, type MakeRequest } from './fixture.js';

export function rosterRequests(fixture: Fixture) {
  const onTeacher = async (suffix: string, body: unknown): Promise<FuzzRequest> => {
    const { id, etag } = await fixture.registerEntry();
    return { client: fixture.clients.contact, path: `/teachers/${id}${suffix}`, etag, body };
  };

  const departTeacher = (): Promise<FuzzRequest> => onTeacher('/departure', { kind: 'resigned' });

  const stageImport = async (): Promise<FuzzRequest> => {
    const { name, sex, nationalId, birthDate } = fixture.people.person();
    const cells = [
      ['姓名', '性別', '身分證字號', '生日', '職稱', '備註'],
      [name, sex, nationalId, birthDate, '導師', ''],
    ];
    return { client: fixture.clients.contact, path: '/teachers/imports', body: { cells } };
  };

  const onImport = async (suffix: string, body?: unknown): Promise<FuzzRequest> => {
    const { client, path, body: list } = await stageImport();
    const staged = expectSuccess(await client.post(path, { body: list }));
    const importPath = `${path}/${staged.body.id as string}`;
    // The unit may remember another mapping for these headings from an earlier request.
    const mapping = ['name', 'sex', 'nationalId', 'birthDate', 'title', 'remark'];
    expectSuccess(await client.patch(importPath, { body: { mapping, calendar: 'western' } }));
    return { client, path: `${importPath}${suffix}`, ...(body === undefined ? {} : { body }) };
  };

  const commitImport = (): Promise<FuzzRequest> => onImport('/commit', { mode: 'all-or-nothing' });

  const disputeTransfer = async (): Promise<FuzzRequest> => {
    const { registration } = await fixture.registerEntry();
    return {
      client: await fixture.installation.signIn('tsai-head'),
      path: '/transfers',
      body: { ...registration, birthDate: '1970-01-02', dispute: true, reason: '證件在手' },
    };
  };

  return {
    listTeachers: async () => ({ client: fixture.clients.head, path: '/teachers' }),
    exportTeachers: async () => ({ client: fixture.clients.head, path: '/teachers/export?format=csv' }),
    exportPersonalData: async () => ({
      client: await fixture.installation.signIn('wang-head'),
      path: '/teachers/exports',
      body: { format: 'csv', personalData: true, reason: '報局' },
    }),
    stageImport,
    listImports: async () => ({ client: fixture.clients.contact, path: '/teachers/imports' }),
    readTemplate: async () => ({ client: fixture.clients.contact, path: '/teachers/imports/template?format=csv' }),
    readImport: () => onImport(''),
    updateImport: () => onImport('', { calendar: 'roc', remember: true }),
    updateImportRow: () => onImport('/rows/2', { values: { remark: '備註' } }),
    commitImport,
    undoImport: async () => {
      const { client, path } = await commitImport();
      expectSuccess(await client.post(path, { body: { mode: 'valid' } }));
      return { client, path: path.replace('/commit', '/undo') };
    },
    readImportErrors: () => onImport('/errors?format=csv'),
    checkRegistration: async () => ({ client: fixture.clients.contact, path: '/teachers/check', body: fixture.registration() }),
    /** In turn: a new person, one who is on the same roster, and one who is on another school's roster. */
    registerTeacher: async () => {
      const variant = fixture.nextNumber() % 3;
      if (variant === 0) return { client: fixture.clients.contact, path: '/teachers', body: fixture.registration() };
      const { registration } = await fixture.registerEntry();
      return { client: variant === 1 ? fixture.clients.contact : fixture.clients.other, path: '/teachers', body: registration };
    },
    readTeacher: async () => ({ client: fixture.clients.contact, path: `/teachers/${(await fixture.registerEntry()).id}` }),
    updateTeacher: () => onTeacher('', { remark: '備註', subjects: ['elementary.mandarin'] }),
    correctIdentity: () => {
      const { sex, nationalId, birthDate } = fixture.people.person();
      return onTeacher('/identity', { sex, nationalId, birthDate, reason: '換證' });
    },
    departTeacher,
    returnTeacher: async () => {
      const { client, path, body, etag } = await departTeacher();
      const departed = await client.post(path, { body, etag });
      return { client, path, etag: departed.etag };
    },
    revealTeacher: () => onTeacher('/reveal', { reason: '核對' }),
    listTransfers: async () => ({ client: fixture.clients.head, path: '/transfers' }),
    acceptTransfer: async () => {
      const { id, etag } = await fixture.proposeTransfer();
      return { client: fixture.clients.head, path: `/transfers/${id}/acceptance`, etag };
    },
    refuseTransfer: async () => {
      const { id, etag } = await fixture.proposeTransfer();
      return { client: fixture.clients.head, path: `/transfers/${id}/refusal`, etag, body: { reason: '仍在本校' } };
    },
    withdrawTransfer: async () => {
      const { id, etag } = await fixture.proposeTransfer();
      return { client: fixture.clients.other, path: `/transfers/${id}`, etag };
    },
    disputeTransfer,
    decideTransfer: async () => {
      const { client, path, body } = await disputeTransfer();
      const { transfer } = expectSuccess(await client.post(path, { body })).body;
      const decision = ['move', 'correct', 'refuse'][fixture.nextNumber() % 3];
      return {
        client: fixture.clients.county,
        path: `/transfers/${transfer.id as string}/decision`,
        etag: '"1"',
        body: { decision, reason: '查核證件' },
      };
    },
  } satisfies Partial<Record<CallName, MakeRequest>>;
}
