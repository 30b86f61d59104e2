import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MadeUpPeople, type MadeUpPerson } from '../reference/made-up.js';
import { install, type Answer, type Client, type Installation } from '../testing/installation.js';

const people = new MadeUpPeople(777);
let installation: Installation;
/** Three schools: two of one county, one of another. */
let one: Client;
let two: Client;
let three: Client;
let county: Client;
let ministry: Client;

beforeAll(async () => {
  installation = await install({ limits: { lookups: 1_000 } });
  [one, two, three, county, ministry] = (await Promise.all(
    ['wang-head', 'tsai-head', 'song-head', 'county-a', 'moe-head'].map((name) => installation.as(name)),
  )) as [Client, Client, Client, Client, Client];
});
afterAll(() => installation.end());

const bodyOf = ({ name, sex, nationalId, birthDate }: MadeUpPerson) => ({ name, sex, nationalId, birthDate, title: 'teacher' });
const register = (client: Client, person: MadeUpPerson): Promise<Answer> => client.post('/teachers', { body: bodyOf(person) });
const dispute = (client: Client, person: MadeUpPerson): Promise<Answer> =>
  client.post('/transfers', { body: { ...bodyOf(person), dispute: true, reason: '證件在手' } });
const decide = (client: Client, { body }: Answer, decision: string): Promise<Answer> =>
  client.post(`/transfers/${body.transfer.id}/decision`, { etag: `"${body.transfer.version}"`, body: { decision, reason: '查核戶籍' } });
const names = async (client: Client, query = ''): Promise<string[]> =>
  (await client.get(`/teachers?pageSize=200${query}`)).body.items.map(({ name }: { name: string }) => name);
const unitOf = async (client: Client): Promise<string> => (await client.get('/me')).body.unit.id;
const typo = (person: MadeUpPerson, name: string): MadeUpPerson => ({ ...person, name, birthDate: '1971-01-01' });

describe('a dispute', () => {
  it('is shown only to the head of the nearest unit above both schools', async () => {
    const person = people.person();
    await register(one, typo(person, '打錯生日'));
    expect((await register(two, person)).body.code).toBe('registration-failed');
    const made = await dispute(two, person);
    expect(made.status).toBe(202);
    expect(made.body.transfer).toMatchObject({ state: 'disputed', direction: 'in', toUnit: null, teacherId: null, sides: null });
    expect((await dispute(two, person)).body.transfer.id).toBe(made.body.transfer.id);
    const [mine] = (await county.get('/transfers?direction=decide')).body.items;
    // The deciding head is above both schools.
    for (const { nationalId } of [mine, mine.sides.asking, mine.sides.giving]) expect(nationalId).toMatch(/^[A-Z]\*{9}$/);
    expect(mine.sides).toMatchObject({
      asking: { name: person.name, birthDate: person.birthDate, unit: { id: await unitOf(two) } },
      giving: { name: '打錯生日', birthDate: '1971-01-01', unit: { id: await unitOf(one) } },
    });
    expect(JSON.stringify(mine)).not.toContain(person.nationalId);
    expect((await ministry.get('/transfers?direction=decide')).body.items).toEqual([]);
    expect((await one.get('/transfers?direction=out&pageSize=200')).body.items.map(({ id }: { id: string }) => id)).not.toContain(mine.id);
    expect((await decide(one, made, 'refuse')).status).toBe(404);
    expect((await one.post(`/transfers/${mine.id}/acceptance`, { etag: '"1"' })).status).toBe(404);
    expect((await decide(two, made, 'move')).status).toBe(403);
    expect((await decide(ministry, made, 'move')).status).toBe(404);
    expect((await decide(county, made, 'refuse')).body).toMatchObject({ state: 'refused', reason: '查核戶籍' });
    expect((await decide(county, { ...made, body: { transfer: { ...made.body.transfer, version: 2 } } }, 'move')).body.code).toBe(
      'wrong-state',
    );
  });

  it('between two counties is decided by the ministry', async () => {
    const person = people.person();
    await register(one, typo(person, '外縣市'));
    const made = await dispute(three, person);
    const above = (await installation.kit.store.unit(await unitOf(three)))!.path.includes(await unitOf(county)) ? county : ministry;
    expect((await above.get('/transfers?direction=decide')).body.items).toHaveLength(1);
    expect((await decide(above, made, 'refuse')).status).toBe(200);
  });

  it('moves the person in one write', async () => {
    const person = people.person();
    await register(one, typo(person, '要搬走的'));
    const made = await dispute(two, person);
    expect((await decide(county, made, 'move')).body.state).toBe('accepted');
    expect(await names(two)).toContain(person.name);
    expect(await names(one)).not.toContain('要搬走的');
    expect(await names(one, '&departed=true')).toContain('要搬走的');
    expect((await installation.kit.store.verify()).database).toEqual([]);
  });

  it('frees an identity number that was entered for another person by mistake', async () => {
    const [person, mistaken] = [people.person(), people.person()];
    await register(one, { ...typo(person, '字號錯的'), sex: person.sex });
    const made = await dispute(two, person);
    expect((await decide(county, made, 'correct')).body.state).toBe('accepted');
    expect(await names(two)).toContain(person.name);
    const entry = (await one.get(`/teachers?q=${encodeURIComponent('字號錯的')}`)).body.items[0];
    const corrected = await one.post(`/teachers/${entry.id}/identity`, {
      etag: `"${entry.version}"`,
      body: { nationalId: mistaken.nationalId, sex: mistaken.sex, birthDate: mistaken.birthDate, reason: '當初打錯' },
    });
    expect(corrected.status).toBe(200);
    expect((await register(two, person)).status).toBe(200);
    expect((await installation.kit.store.verify()).database).toEqual([]);
  });

  it('leaves each number on one roster, even if another school asked for the person before', async () => {
    const person = people.person();
    const wrong = typo(person, '舊登錄');
    await register(one, wrong);
    const { transfer } = (await register(three, wrong)).body;
    const made = await dispute(two, person);
    const [decided, accepted] = await Promise.all([
      decide(county, made, 'correct'),
      one.post(`/transfers/${transfer.id}/acceptance`, { etag: `"${transfer.version}"` }),
    ]);
    expect([decided.status, accepted.status].filter((status) => status === 200)).toHaveLength(1);
    const holder = await installation.kit.store.personByNumber(installation.kit.internals.cipher.indexes(person.nationalId));
    expect(holder).not.toBeNull();
    if (decided.status === 200) {
      expect((await names(three)).includes('舊登錄')).toBe(false);
      // Who decided would tell where the other school is.
      const entry = (await two.get(`/teachers?q=${encodeURIComponent(person.name)}`)).body.items[0];
      expect(entry.updatedBy).toBeNull();
    }
    expect((await installation.kit.store.verify()).database).toEqual([]);
  });

  it('between a unit and a unit above it is decided one level higher', async () => {
    const person = people.person();
    await register(one, typo(person, '本校教師'));
    const made = await dispute(county, person);
    expect((await decide(county, made, 'move')).status).toBe(403);
    expect((await county.get('/transfers?direction=decide')).body.items).toEqual([]);
    expect((await decide(ministry, made, 'refuse')).status).toBe(200);
  });

  it('can be opened only for a registration that fails', async () => {
    expect((await dispute(two, people.person())).body.code).toBe('wrong-state');
  });
});

describe('one person at three schools', () => {
  type Step = (person: MadeUpPerson) => Promise<void>;
  const entryIn = async (client: Client, person: MadeUpPerson) =>
    (await client.get(`/teachers?q=${encodeURIComponent(person.name)}`)).body.items.find(
      ({ name }: { name: string }) => name === person.name,
    );
  const enters =
    (client: () => Client): Step =>
    async (person) =>
      void (await register(client(), person));
  const leaves =
    (client: () => Client): Step =>
    async (person) => {
      const entry = await entryIn(client(), person);
      if (entry) await client().post(`/teachers/${entry.id}/departure`, { etag: `"${entry.version}"`, body: { kind: 'resigned' } });
    };
  const lets =
    (client: () => Client): Step =>
    async (person) => {
      const waiting = (await client().get('/transfers?direction=out&state=proposed&pageSize=200')).body.items as {
        id: string;
        version: number;
        name: string;
      }[];
      for (const { id, version } of waiting.filter(({ name }) => name === person.name))
        await client().post(`/transfers/${id}/acceptance`, { etag: `"${version}"` });
    };
  const STEPS: Step[] = [
    enters(() => one),
    enters(() => two),
    enters(() => three),
    leaves(() => one),
    leaves(() => two),
    lets(() => one),
    lets(() => two),
  ];

  /** Every order of three things out of seven, and each of them twice at the same moment. */
  const ORDERS = STEPS.flatMap((_, a) => STEPS.flatMap((_, b) => STEPS.map((_, c) => [a, b, c]))).filter(
    (order) => new Set(order).size === 3,
  );

  async function holds(person: MadeUpPerson): Promise<void> {
    const rosters = await Promise.all([one, two, three].map((client) => entryIn(client, person)));
    expect(rosters.filter(Boolean).length).toBeLessThanOrEqual(1);
    const found = await installation.kit.store.personByNumber(installation.kit.internals.cipher.indexes(person.nationalId));
    const entries = found ? await installation.kit.store.entriesOf(found.id) : [];
    expect(entries.filter(({ departure }) => departure === null).length).toBe(rosters.filter(Boolean).length);
    if (found) expect(entries.map(({ id }) => id)).toContain(found.teacherId);
  }

  it('has one roster entry and one history after any order of acts', async () => {
    for (const order of ORDERS) {
      const person = { ...people.person(), name: `依序${order.join('')}` };
      for (const step of order) await STEPS[step]!(person);
      await holds(person);
    }
    expect((await installation.kit.store.verify()).database).toEqual([]);
  });

  it('has one roster entry and one history after concurrent acts of three clerks', async () => {
    for (let round = 0; round < 12; round++) {
      const person = { ...people.person(), name: `同時${round}` };
      if (round % 2) await register(one, person);
      await Promise.all(STEPS.map((step) => step(person)));
      await Promise.all([...STEPS].reverse().map((step) => step(person)));
      await holds(person);
    }
    expect((await installation.kit.store.verify()).database).toEqual([]);
  });
});
