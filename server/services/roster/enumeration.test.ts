/**
 * A masked identity number has about a thousand candidates. Each attack tries them against the real rules for a year, with the
 * clock moved on whenever nothing more is answered. `august.test.ts` shows that a clerk's work is not limited.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { maskNationalId, readNationalId } from '../../domain/national-id.js';
import { MadeUpPeople } from '../../reference/made-up.js';
import { install, type Answer, type Client, type Installation } from '../../testing/installation.js';

const DAY_MS = 24 * 3600_000;
const YEAR_DAYS = 365;
/** It divides the 180 days in which similar numbers count. */
const STEP_DAYS = 45;
const HEADINGS = ['姓名', '性別', '身分證字號', '出生年月日', '職稱'];
/** Drawn without repetition, the right one of n candidates is found after (n + 1) / 2 attempts on average. */
const expectedAttempts = (candidates: number): number => (candidates + 1) / 2;

const people = new MadeUpPeople(77);
let installation: Installation;

afterEach(() => installation.end());

const someone = () => {
  const { name, sex, nationalId, birthDate } = people.person();
  return { name, sex, nationalId, birthDate, title: 'teacher' };
};
type Person = ReturnType<typeof someone>;

const row = ({ name, sex, nationalId, birthDate }: Person): string[] => [name, sex === 'male' ? '男' : '女', nationalId, birthDate, '導師'];
const stage = (client: Client, rows: string[][]): Promise<Answer> =>
  client.post('/teachers/imports', { body: { cells: [HEADINGS, ...rows] } });

/** The numbers that a mask may hide, without the right one, so that no attack ends early. */
function candidatesOf(nationalId: string): string[] {
  const numbers = Array.from(
    { length: 10_000 },
    (_, hidden) => nationalId.slice(0, 3) + String(hidden).padStart(4, '0') + nationalId.slice(7),
  );
  return numbers.filter((number) => number !== nationalId && readNationalId(number).ok);
}

async function target(): Promise<{ clerk: Client; person: Person; candidates: string[] }> {
  installation = await install();
  const clerk = await installation.as('lin-contact');
  const person = someone();
  expect((await clerk.post('/teachers', { body: person })).status).toBe(201);
  const candidates = candidatesOf(person.nationalId);
  expect(candidates.length).toBeGreaterThan(990);
  return { clerk, person, candidates };
}

/**
 * How many candidates an attack has tried after a year.
 * @param attack tries candidates until it is refused, and returns how many were answered
 */
async function triedInAYear(
  candidates: readonly string[],
  attack: (client: Client, rest: readonly string[]) => Promise<number>,
): Promise<number> {
  let tried = 0;
  for (let day = 0; day < YEAR_DAYS; day += STEP_DAYS) {
    const client = await installation.signIn('lin-contact');
    tried += await attack(client, candidates.slice(tried));
    installation.pass(STEP_DAYS * DAY_MS);
  }
  return tried;
}

const RARE = 'asked-too-often';

/** The limit is 20 in 180 days: on the first day, and after each half-year. The person's own number is one of the first 20. */
function expectTooFew(tried: number, candidates: readonly string[]): void {
  expect(tried).toBe(59);
  expect(tried).toBeLessThan(expectedAttempts(candidates.length) / 8);
}

describe('in a year, fewer candidates of a masked number can be tried than are needed', () => {
  it('by asking what a registration would do', { timeout: 120_000 }, async () => {
    const { person, candidates } = await target();
    const tried = await triedInAYear(candidates, async (client, rest) => {
      for (const [index, nationalId] of rest.entries()) {
        const { status } = await client.post('/teachers/check', { body: { ...person, nationalId } });
        if (status === 429) return index;
        expect(status).toBe(200);
      }
      return rest.length;
    });
    expectTooFew(tried, candidates);
  });

  it('by a list: all in one, or a few among the names of others', { timeout: 120_000 }, async () => {
    const { clerk, person, candidates } = await target();
    const all = await stage(
      clerk,
      candidates.map((nationalId) => row({ ...person, nationalId })),
    );
    expect([all.status, all.body.errors]).toMatchObject([422, [{ path: 'file', code: 'file-similar-numbers' }]]);
    const tried = await triedInAYear(candidates, async (client, rest) => {
      const { status, body } = await stage(client, [
        ...rest.slice(0, 60).map((nationalId) => row({ ...person, nationalId })),
        ...Array.from({ length: 60 }, () => row(someone())),
      ]);
      expect(status).toBe(201);
      const results = body.results as { errors: { code: string }[] }[];
      expect(results.slice(60).flatMap(({ errors }) => errors)).toEqual([]);
      return results.slice(0, 60).filter(({ errors }) => !errors.some(({ code }) => code === RARE)).length;
    });
    expectTooFew(tried, candidates);
  });

  it('by correcting a row of a staged list again and again', { timeout: 120_000 }, async () => {
    const { person, candidates } = await target();
    const tried = await triedInAYear(candidates, async (client, rest) => {
      const { id } = (await stage(client, [row(someone())])).body;
      for (const [index, nationalId] of rest.entries()) {
        const { status, body } = await client.patch(`/teachers/imports/${id}/rows/2`, {
          body: { values: { name: person.name, nationalId } },
        });
        expect(status).toBe(200);
        if (body.results[0].errors.some(({ code }: { code: string }) => code === RARE)) return index;
      }
      return rest.length;
    });
    expectTooFew(tried, candidates);
  });

  it('by registering the candidates, by commits that are undone, or by corrections of an entry', { timeout: 120_000 }, async () => {
    const { clerk, person, candidates } = await target();
    const answered: Record<string, number> = {};
    const count = (way: string, done: boolean): void => void (answered[way] = (answered[way] ?? 0) + (done ? 1 : 0));
    for (const nationalId of candidates.slice(0, 8))
      count('registered', (await clerk.post('/teachers', { body: { ...person, name: '某甲', nationalId } })).status === 201);
    for (const nationalId of candidates.slice(100, 108)) {
      const { body } = await stage(clerk, [row({ ...person, nationalId })]);
      const committed = await clerk.post(`/teachers/imports/${body.id}/commit`, { body: { mode: 'valid' } });
      await clerk.post(`/teachers/imports/${body.id}/undo`, { etag: committed.etag });
      count('undone', committed.body.counts.new === 1);
    }
    let { body: entry } = await clerk.post('/teachers', { body: someone() });
    for (const nationalId of candidates.slice(200, 208)) {
      const { sex, birthDate } = person;
      const { status, body } = await clerk.post(`/teachers/${entry.id}/identity`, {
        body: { nationalId, sex, birthDate, reason: '換證' },
        etag: `"${entry.version}"`,
      });
      if (status === 200) entry = body;
      count('corrected', status === 200);
    }
    // The number of the person itself is one of the similar numbers that were asked about.
    expect(1 + Object.values(answered).reduce((sum, each) => sum + each, 0)).toBe(20);
  });

  it('and no more birth dates of a person with a known number', { timeout: 120_000 }, async () => {
    installation = await install();
    const there = await installation.as('tsai-head');
    const person = someone();
    const own = someone();
    expect((await there.post('/teachers', { body: person })).status).toBe(201);
    const clerk = await installation.as('lin-contact');
    const { id } = (await clerk.post('/teachers', { body: own })).body;
    const dates = Array.from({ length: 40 }, (_, index) => `19${40 + index}-01-01`);
    let answered = 0;
    for (const birthDate of dates) if ((await clerk.post('/teachers/check', { body: { ...person, birthDate } })).status !== 429) answered++;
    // Rows that name an entry by its id ask about its birth date without its number.
    let byId = 0;
    for (const birthDate of dates) {
      const { body } = await clerk.post('/teachers/imports', {
        body: {
          cells: [
            ['編號', '姓名', '出生年月日'],
            [id, own.name, birthDate],
          ],
        },
      });
      if (!body.results[0].errors.some(({ code }: { code: string }) => code === RARE)) byId++;
    }
    expect([answered, byId]).toEqual([20, 20]);
  });
});

describe('a refused look-up', () => {
  it('answers alike for somebody on the own roster, for somebody elsewhere, and for nobody', async () => {
    installation = await install({ limits: { lookups: 1 } });
    const [clerk, there] = await Promise.all([installation.as('lin-contact'), installation.as('tsai-head')]);
    const [own, elsewhere, nobody, entry] = [someone(), someone(), someone(), someone()];
    await there.post('/teachers', { body: elsewhere });
    const similar = (person: Person): Person => {
      const other = candidatesOf(person.nationalId)[0]!;
      expect(maskNationalId(other)).toBe(maskNationalId(person.nationalId));
      return { ...person, nationalId: other };
    };
    await clerk.post('/teachers', { body: own });
    for (const person of [elsewhere, nobody]) await clerk.post('/teachers/check', { body: similar(person) });
    const { id } = (await clerk.post('/teachers', { body: entry })).body;
    const bodies = [similar(own), elsewhere, nobody];
    const answers = (await Promise.all(
      bodies.flatMap(({ nationalId, sex, birthDate, ...rest }) => [
        clerk.post('/teachers/check', { body: { nationalId, sex, birthDate, ...rest } }),
        clerk.post('/teachers', { body: { nationalId, sex, birthDate, ...rest } }),
        clerk.post(`/teachers/${id}/identity`, { body: { nationalId, sex, birthDate, reason: '換證' }, etag: '"1"' }),
        clerk.post('/transfers', { body: { nationalId, sex, birthDate, ...rest, dispute: true, reason: '證件在手' } }),
      ]),
    )) as Answer[];
    const said = answers.map(({ status, body: { code, detail, errors } }) => JSON.stringify([status, code, detail, errors]));
    expect(new Set(said).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 429, body: { errors: [{ path: 'nationalId', code: 'asked-too-often' }] } });
  });

  it('is counted once where many come at the same time', async () => {
    installation = await install();
    const clerk = await installation.as('lin-contact');
    const person = someone();
    const answers = await Promise.all(
      candidatesOf(person.nationalId)
        .slice(0, 50)
        .map((nationalId) => clerk.post('/teachers/check', { body: { ...person, nationalId } })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(30);
  });
});
