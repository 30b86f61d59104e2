import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_CODES } from '../domain/codes.js';
import { isCleanText } from '../domain/texts.js';
import { formOf, install, type Client, type Installation } from '../testing/installation.js';
import { demoData } from './demo-data.js';
import { loadInstallation } from './load.js';
import { madeUpId } from './made-up.js';

let installation: Installation;
let clerk: Client;
beforeAll(async () => {
  installation = await install({ limits: { exports: 1_000, files: 1_000 } });
  clerk = await installation.as('wang-head');
});
afterAll(() => installation.end());

const oneOf = <T>(...values: readonly T[]) => fc.constantFrom(...values);
/** The names of Object.prototype, such as `toString`. */
const TAKEN = Object.getOwnPropertyNames(Object.prototype);
/** Usual names, and names that could break a spreadsheet or a parser. */
const name = fc.oneof(
  oneOf('𠮷野麗子', '以新‧伊斯瑪哈單', 'Nguyễn Thị Hoa', "O'Brien", '堃喆', '游錫堃', '葛󠄀城', 'Emily  Rose', '羣峯', '王小明', 'ＡＢＣ'),
  oneOf(
    '=1+1',
    '+886',
    '-王',
    '@SUM(A1)',
    '＝王',
    "'王",
    "'=王",
    '"王"',
    '王,明',
    '王;明',
    '#N/A',
    'TRUE',
    '001',
    '1E5',
    '74/5/6',
    '<b>王</b>',
    '&amp;',
    '王\\n',
    '_x0041_',
    ...TAKEN,
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map(
    (text) =>
      [...text]
        .filter((character) => isCleanText(character))
        .join('')
        .trim() || '王',
  ),
);
const note = fc.oneof(fc.constant(undefined), name, fc.constant('第一行\n第二行'), fc.constant('=HYPERLINK("http://x")'));
const subjects = fc.uniqueArray(oneOf(...DEFAULT_CODES.subjects.filter(({ active }) => active).map(({ code }) => code)), { maxLength: 6 });
const teacher = fc.record({
  name,
  sex: oneOf('male' as const, 'female' as const),
  kind: oneOf('national' as const, 'resident' as const),
  birthDate: oneOf('1960-01-31', '1985-05-06', '1999-12-31', '2004-02-29'),
  title: oneOf(...DEFAULT_CODES.titles.filter(({ active, refused }) => active && !refused).map(({ code }) => code)),
  stage: fc.option(oneOf(...DEFAULT_CODES.stages.map(({ code }) => code)), { nil: undefined }),
  subjects,
  unitNote: note,
  remark: note,
});

describe('an exported roster', () => {
  it('is imported without a change, in full and masked, as .csv and .xlsx, with every kind of name', async () => {
    let serial = 0;
    const { units = [] } = demoData();
    await fc.assert(
      fc.asyncProperty(fc.array(teacher, { minLength: 1, maxLength: 12 }), async (drawn) => {
        const teachers = drawn.map(({ kind, unitNote: _note, remark: _remark, ...each }) => ({
          ...each,
          unitCode: '014501',
          nationalId: madeUpId(kind, each.sex, (serial += 7_654_321) % 260_000_000),
        }));
        const loaded = await loadInstallation(installation.kit.internals, { units, accounts: [], teachers });
        expect(loaded.refused).toEqual([]);
        // Notes are not part of a load file.
        for (const [index, { nationalId }] of teachers.entries()) {
          const { unitNote, remark } = drawn[index]!;
          const person = (await installation.kit.store.personByNumber(installation.kit.internals.cipher.indexes(nationalId)))!;
          const answer = await clerk.patch(`/teachers/${person.teacherId}`, { body: { unitNote, remark }, etag: '"1"' });
          expect(answer.status).toBe(200);
        }
        for (const file of await files()) {
          const staged = await clerk.post('/teachers/imports', file);
          const { counts, results } = staged.body;
          expect(results.filter(({ outcome }: { outcome: string }) => outcome !== 'same')).toEqual([]);
          expect(counts.same).toBe((await clerk.get('/teachers')).body.total);
        }
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });

  async function files() {
    const sent = async (response: Response) => formOf(new Uint8Array(await response.arrayBuffer()), 'roster');
    const all: Awaited<ReturnType<typeof sent>>[] = [];
    for (const format of ['csv', 'xlsx']) {
      all.push(await sent(await clerk.raw('GET', `/teachers/export?format=${format}`)));
      const body = { format, personalData: true, reason: '備份' };
      all.push(await sent(await clerk.raw('POST', '/teachers/exports', { body })));
    }
    return all;
  }
});
