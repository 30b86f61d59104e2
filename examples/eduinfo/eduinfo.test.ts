/** Who may sign in by each shape in which county providers say what somebody is. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { eduinfo, isOfSchools, readEduinfo } from './eduinfo.mjs';

const CODE = '014501';
const NOWHERE = 'http://127.0.0.1:9/';
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** An eduinfo resource that answers with this body. */
async function resource(body: string, { zipped = false, status = 200 } = {}): Promise<string> {
  const server = createServer((request, response) => {
    const admitted = request.headers.authorization === 'Bearer token';
    response.writeHead(admitted ? status : 401, zipped ? { 'Content-Encoding': 'gzip' } : {});
    response.end(zipped ? gzipSync(body) : body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const admits = async (claims: Record<string, unknown>, at = NOWHERE): Promise<boolean> =>
  isOfSchools(await eduinfo(claims, 'token', at), [CODE]);

/** Each shape with a title in it. */
const SHAPES: [string, (title: string, code?: string) => Record<string, unknown>][] = [
  ['a list of entries with titles', (title, code = CODE) => ({ eduinfo: [{ schoolid: code, titles: [title] }] })],
  ['one entry, under eduinfo again', (title, code = CODE) => ({ eduinfo: { eduinfo: [{ schoolId: code, title }] } })],
  ['one entry with roles as text', (title, code = CODE) => ({ eduinfo: { school_code: code, roles: title } })],
  ['JSON in a text', (title, code = CODE) => ({ eduinfo: JSON.stringify([{ sid: code, Titles: [title] }]) })],
  ['titles with their school', (title, code = CODE) => ({ titles: { schoolid: code, titles: [title] } })],
  ['titles with their school, under eduinfo', (title, code = CODE) => ({ eduinfo: { titles: [{ schoolid: code, titles: [title] }] } })],
  [
    'New Taipei: the role',
    (title, code = CODE) => ({ eduinfo: [{ id: code, name: '某國小', role: title, title: ['科任'], groups: ['教務處'] }] }),
  ],
  [
    'New Taipei: the title',
    (title, code = CODE) => ({ eduinfo: [{ id: code, name: '某國小', role: '其他', title: [title], groups: [] }] }),
  ],
  [
    'Kaohsiung: titles by school',
    (title, code = CODE) => ({ kh_profile: { schools: { [code]: '某國小' } }, kh_titles: { [code]: [title] } }),
  ],
  ['Kaohsiung: titles of the one school', (title, code = CODE) => ({ kh_profile: { schools: { [code]: '某國小' } }, kh_titles: [title] })],
  ['Kaohsiung: titles as entries', (title, code = CODE) => ({ kh_profile: {}, kh_titles: [{ schoolid: code, titles: [title] }] })],
];

describe.each(SHAPES)('%s', (_shape, claims) => {
  it.each(['教師', '校長', '職員', 'Teacher', ' 教師 '])('admits “%s” of the school', async (title) => {
    expect(await admits(claims(title))).toBe(true);
  });

  it.each(['學生', '家長', 'student', 'parent', '校友', '志工', '實習教師', '教師（離職）', '非教師', '', 'unknown'])(
    'refuses “%s”',
    async (title) => {
      expect(await admits(claims(title))).toBe(false);
    },
  );

  it('refuses staff of another school', async () => {
    expect(await admits(claims('教師', '014502'))).toBe(false);
  });
});

describe('the resource of the central provider', () => {
  it('is asked where the claims do not say it, also when it answers compressed', async () => {
    const claims = { sub: 'a', name: '王', email: 'a@example.test' };
    const body = JSON.stringify({ schoolid: CODE, titles: ['教師'] });
    expect(await admits(claims, await resource(body))).toBe(true);
    expect(await admits(claims, await resource(body, { zipped: true }))).toBe(true);
    expect(await admits(claims, await resource(body, { status: 403 }))).toBe(false);
    expect(await admits(claims, await resource('<html>'))).toBe(false);
  });
});

describe('what cannot be read', () => {
  it.each([
    ['nothing', []],
    ['null', null],
    ['null in a text', 'null'],
    ['a text that is not JSON', '{'],
    ['a number', 7],
    ['an empty entry', [{}]],
    ['an entry without a title', [{ schoolid: CODE }]],
    ['an entry whose title is not a text', [{ schoolid: CODE, titles: [{ name: '教師' }, 1, null] }]],
    ['a title without a school', { titles: ['教師'] }],
    ['a code with other characters', { schoolid: "'; drop", titles: ['教師'] }],
    [
      'a title beside a student of the school',
      [
        { schoolid: '014502', titles: ['教師'] },
        { schoolid: CODE, titles: ['學生'] },
      ],
    ],
  ])('%s admits nobody', (_what, said) => {
    expect(isOfSchools(readEduinfo(said), [CODE])).toBe(false);
  });

  it('titles of Kaohsiung without a school, where the profile names two, admit nobody', async () => {
    expect(await admits({ kh_profile: { schools: { [CODE]: '甲', '014502': '乙' } }, kh_titles: ['教師'] })).toBe(false);
  });
});

it('a portal gives its own list of titles', () => {
  const entries = readEduinfo([{ schoolid: CODE, titles: ['教學組'] }]);
  expect(isOfSchools(entries, [CODE])).toBe(false);
  expect(isOfSchools(entries, [CODE], ['教學組'])).toBe(true);
});
