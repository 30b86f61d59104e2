/** A rotation of keys with the commands of the CLI, while several servers work on one database. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Rig } from '../soak/rig.js';
import { SEALED_COLUMNS } from '../store/store.js';
import { clientAt } from '../testing/installation.js';
import { MadeUpPeople } from './made-up.js';
import { loadInstallation } from './load.js';
import { openKit } from './server.js';

const PEOPLE = 3_000;
const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

interface KeyIds {
  fields: { current: string; keys: object };
  lookup: { current: string; keys: object };
}

describe.each(['SQLite', 'PostgreSQL'] as const)('keys on %s', (engine) => {
  it('are rotated under traffic without failed requests or duplicate persons, also after a kill, and old keys can be removed', async () => {
    const rig = await Rig.make(engine, 3);
    ending.push(() => rig.end());
    const people = new MadeUpPeople(77);
    const staff = Array.from({ length: PEOPLE }, () => people.person());
    const loading = await openKit(rig.settings());
    const { refused } = await loadInstallation(loading.internals, {
      teachers: staff.map(({ name, sex, nationalId, birthDate }) => ({
        unitCode: '014502',
        name,
        sex,
        nationalId,
        birthDate,
        title: 'teacher',
      })),
    });
    expect(refused).toEqual([]);
    await loading.close();

    const servers = [await rig.start(), await rig.start()];
    const clerks = await Promise.all(servers.map((server) => clientAt(server.url).signIn('wang-head')));
    const ids = (): KeyIds => JSON.parse(readFileSync(join(rig.folder, 'kit.keys'), 'utf8')) as KeyIds;
    const before = ids();

    // Two clerks at two servers edit the same people all the time, and read encrypted values.
    const entered = new Map<string, Set<string>>();
    const failures: string[] = [];
    let [going, answered, round] = [true, 0, 0];
    const expectStatus = (what: string, { status, body }: { status: number; body: unknown }, ...fine: number[]): void => {
      answered++;
      if (!fine.includes(status)) failures.push(`${what} ${status} ${JSON.stringify(body).slice(0, 120)}`);
    };
    const newcomers = Array.from({ length: 400 }, () => people.person());
    const traffic = clerks.map(async (clerk) => {
      while (going) {
        const person = newcomers[round++ % newcomers.length]!;
        const { name, sex, nationalId, birthDate } = person;
        const answers = await Promise.all(
          clerks.map((each) => each.post('/teachers', { body: { name, sex, nationalId, birthDate, title: 'teacher' } })),
        );
        for (const answer of answers) {
          expectStatus('register', answer, 200, 201);
          entered.set(nationalId, (entered.get(nationalId) ?? new Set()).add(answer.body.id as string));
        }
        const { id } = answers[0]!.body as { id: string };
        const read = await clerk.get(`/teachers/${id}`);
        expectStatus('read', read, 200);
        // Writes back the values that it read, including the encrypted ones.
        expectStatus('edit', await clerk.patch(`/teachers/${id}`, { body: { remark: `第 ${round} 次` }, etag: read.etag }), 200, 412);
      }
    });

    const reading = await openKit(rig.settings());
    ending.push(() => reading.close());
    const left = async (key: string): Promise<number> => {
      let count = 0;
      for (const column of SEALED_COLUMNS) count += (await reading.store.sealedOtherwise(column, key, '', 100_000)).length;
      return count;
    };

    const first = rig.command('keys rotate');
    for (;;) {
      const { current } = ids().fields;
      const begun =
        current !== before.fields.current && (await reading.store.sealedOtherwise('teachers.nationalId', current, '', 1)).length > 0;
      const some = begun && (await reading.store.sealedOtherwise('teachers.nationalId', before.fields.current, '', 1)).length > 0;
      if (some) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    first.kill();
    expect((await first).signal).toBe('SIGKILL');
    expect(await left(ids().fields.current), 'broken off before its end').toBeGreaterThan(0);

    const second = await rig.command('keys rotate');
    expect(second, second.output).toMatchObject({ code: 0 });
    const forgotten = await rig.command('keys forget');
    expect(forgotten, forgotten.output).toMatchObject({ code: 0 });
    going = false;
    await Promise.all(traffic);

    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(200);
    expect([...entered.values()].filter(({ size }) => size !== 1)).toEqual([]);
    const after = ids();
    expect(Object.keys(after.fields.keys)).toEqual([after.fields.current]);
    expect(Object.keys(after.lookup.keys)).toEqual([after.lookup.current]);
    expect([after.fields.current, after.lookup.current]).not.toEqual([before.fields.current, before.lookup.current]);
    expect(await left(after.fields.current)).toBe(0);

    // With only the new keys, all people are found by number, and read.
    const server = servers[0]!;
    const clerk = await clientAt(server.url).signIn('hsu-contact');
    for (const { name, sex, nationalId, birthDate } of staff.slice(0, 40)) {
      const { body } = await clerk.post('/teachers/check', { body: { name, sex, nationalId, birthDate, title: 'teacher' } });
      expect(body).toMatchObject({ outcome: 'same', differs: [] });
    }
    const trail = await (await clientAt(server.url).signIn('moe-head')).get('/audit?action=keys.rotate');
    expect(trail.body.items.length).toBeGreaterThanOrEqual(2);
    const verified = await rig.command('verify');
    expect(verified.output).toContain('verified:');
  }, 180_000);
});
