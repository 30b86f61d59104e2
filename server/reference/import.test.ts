/** A staff list of 500 rows on its way into a roster and out again, in a real browser against the real server. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decode } from '../files/encodings.js';
import { clientAt, type Answer } from '../testing/installation.js';
import { openBrowser, openPage, type Watched } from '../testing/browser.js';
import { startDemoServer, type DemoServer } from '../testing/demo-server.js';
import { toBig5 } from '../testing/spreadsheets.js';
import { DEMO_PASSWORD } from './demo-data.js';
import { MadeUpPeople, type MadeUpPerson } from './made-up.js';

let server: DemoServer;
let browser: Browser;
let watched: Watched;
let page: Page;
/** A client of the API for one account. */
let clerk: Caller;
let other: Caller;

type Caller = (method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown, version?: number) => Promise<Answer['body']>;

async function signedIn(username: string): Promise<Caller> {
  const client = await clientAt(server.url).signIn(username);
  return async (method, path, body, version) =>
    (await client.send(method, path, { body, etag: version === undefined ? undefined : `"${version}"` })).body;
}

beforeAll(async () => {
  server = await startDemoServer();
  clerk = await signedIn('lin-contact');
  other = await signedIn('tsai-head');
  browser = await openBrowser();
  watched = await openPage(browser, { acceptDownloads: true });
  ({ page } = watched);
  page.setDefaultTimeout(15_000);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const ROC = (day: string): [number, string, string] => [Number(day.slice(0, 4)) - 1911, day.slice(5, 7), day.slice(8)];
const SPELLINGS: ((day: string) => string)[] = [
  (day) => ROC(day).map(Number).join('/'),
  (day) => `${String(ROC(day)[0]).padStart(3, '0')}${ROC(day)[1]}${ROC(day)[2]}`,
  (day) => `民國${ROC(day)[0]}年${Number(ROC(day)[1])}月${Number(ROC(day)[2])}日`,
  (day) => ROC(day).join('.'),
  (day) => day,
];

/** Different names with characters of Big5. */
const SURNAMES = [...'王李張劉陳楊黃吳林周徐孫馬朱胡郭何高羅鄭'];
const GIVEN = [...'雅婷怡君俊傑志明淑芬家豪美玲宗翰建宏惠如冠宇詩'];
const nameOf = (n: number): string => SURNAMES[n % 20]! + GIVEN[Math.floor(n / 20) % 23]! + GIVEN[(n * 7) % 23]!;

const people = new MadeUpPeople(500);
const persons: MadeUpPerson[] = Array.from({ length: 499 }, (_, n) => ({ ...people.person(), name: nameOf(n) }));
const bodyOf = ({ name, sex, nationalId, birthDate }: MadeUpPerson) => ({ name, sex, nationalId, birthDate, title: 'teacher' });
const broken = (number: string): string => number.slice(0, 9) + String((Number(number[9]) + 1) % 10);
/** Rows of the file (the header row is 1), by their special content. */
const BROKEN = [11, 112, 313];
const LOST = [24, 225];
const [TWIN, TWIN_OF, ELSEWHERE, RETURNS] = [501, 50, 60, 70] as const;
const index = (row: number): MadeUpPerson => persons[row - 2]!;

function file(): Buffer {
  const rows = persons.map((person, index) => {
    const row = index + 2;
    const name = LOST.includes(row) ? `${person.name.slice(0, 1)}喆${person.name.slice(2)}` : person.name;
    const number = BROKEN.includes(row) ? broken(person.nationalId) : person.nationalId;
    return [
      name,
      person.sex === 'male' ? '男' : '女',
      number,
      SPELLINGS[index % 5]!(person.birthDate),
      index % 9 ? '合格專任教師' : '導師',
    ];
  });
  const twin = index(TWIN_OF);
  rows.push(['孿生子', twin.sex === 'male' ? '男' : '女', twin.nationalId, twin.birthDate, '組長']);
  return toBig5([['教師姓名', '性別', '身份證字號', '生日', '職務'], ...rows].map((row) => row.join(',')).join('\r\n'));
}

const button = (name: string | RegExp) => page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });
const shows = (words: string | RegExp) => page.getByText(words).filter({ visible: true }).first().waitFor();
const roster = async (query = ''): Promise<string> => clerk('GET', `/teachers/export?format=csv${query}`);
const mend = async (row: number, field: string, text: string): Promise<void> => {
  await page.locator(`#mend-${row}-${field}`).fill(text);
  await page.locator(`#mend-${row}-${field}`).press('Enter');
  await page.locator(`#mend-${row}-${field}`).waitFor({ state: 'detached' });
};

describe('a list of 500 rows in Big5', () => {
  let before: string;
  let gone: string;
  let errors: string;

  it('has the expected outcome for each row in the dry run', async () => {
    await other('POST', '/teachers', bodyOf(index(ELSEWHERE)));
    const left = await clerk('POST', '/teachers', bodyOf(index(RETURNS)));
    await clerk('POST', `/teachers/${left.id as string}/departure`, { kind: 'resigned' }, 1);
    [before, gone] = [await roster(), await roster('&departed=true')];
    await page.goto(server.url);
    await page.getByLabel('使用者帳號').fill('lin-contact');
    await page.getByLabel('密碼', { exact: true }).fill(DEMO_PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: '教師資料登錄' }).click();
    // The first attempt to load the import fails.
    await page.route(/import-view/, (route) => route.abort());
    await button('匯入名單').click();
    await shows('連不上伺服器，請檢查網路後再試');
    await page.unroute(/import-view/);
    await button('匯入名單').click();
    await writeFile(join(server.folder, 'list.csv'), file());
    await page.locator('#import-file').setInputFiles(join(server.folder, 'list.csv'));
    await shows('可新增 491 · 將更新 1 · 已相同 0 · 送出轉校申請 1 · 有錯 7');
    await shows(/讀到 500 列/);
    const rows = await page.locator('tr.wrong .number').allTextContents();
    expect(rows.map((text) => Number(text.replace(/\D/g, '')))).toEqual([11, 24, TWIN_OF, 112, 225, 313, TWIN]);
    for (const row of BROKEN) expect(await page.locator(`#mend-${row}-nationalId-fault`).textContent()).toContain('檢查碼不符');
    for (const row of LOST) expect(await page.locator(`#mend-${row}-name-fault`).textContent()).toContain('已經遺失');
    expect(await page.locator(`#mend-${TWIN_OF}-nationalId-fault`).textContent()).toContain(`第 ${TWIN} 列`);
    expect(await page.locator(`#mend-${TWIN}-nationalId-fault`).textContent()).toContain(`第 ${TWIN_OF} 列`);
    expect([await roster(), await roster('&departed=true')]).toEqual([before, gone]);
  });

  it('is corrected in place, and the rest is committed', async () => {
    await mend(11, 'nationalId', index(11).nationalId);
    await mend(24, 'name', '王喆');
    await page.getByRole('button', { name: `略過第 ${TWIN} 列` }).click();
    await shows('可新增 494 · 將更新 1 · 已相同 0 · 送出轉校申請 1 · 有錯 3 · 略過 1');
    await button('匯入 496 列').click();
    await shows('新增 494、更新 1、送出轉校申請 1；相同 0，失敗 3，略過 1。');
    expect((await roster()).split('\r\n').length).toBe(before.split('\r\n').length + 495);
    expect(await roster()).toContain(',王喆,');
  });

  it('returns the failed rows as a file, which is imported after correction', async () => {
    const download = page.waitForEvent('download');
    await button('下載錯誤檔').click();
    const path = join(server.folder, 'errors.xlsx');
    await (await download).saveAs(path);
    await button('再匯入一份名單').click();
    await page.locator('#import-file').setInputFiles(path);
    await shows('可新增 0 · 將更新 0 · 已相同 0 · 有錯 3');
    await mend(2, 'nationalId', index(112).nationalId);
    await mend(3, 'name', '林喆');
    await mend(4, 'nationalId', index(313).nationalId);
    await shows('可新增 3 · 將更新 0 · 已相同 0 · 有錯 0');
    errors = await readFile(path, 'latin1');
    expect(errors.startsWith('PK')).toBe(true);
    await button('取消').click();
  });

  it('is undone: entries that changed since stay and are listed, everything else is as before', async () => {
    const entryOf = async (person: MadeUpPerson) => {
      const found = (await clerk('GET', `/teachers?q=${encodeURIComponent(person.name)}&pageSize=200`)).items as {
        id: string;
        version: number;
        nationalId: string;
      }[];
      return found.find(({ nationalId }) => nationalId.endsWith(person.nationalId.slice(-3)))!;
    };
    const [edited, claimed, moved] = [index(100), index(101), index(102)];
    const e = await entryOf(edited);
    await clerk('PATCH', `/teachers/${e.id}`, { remark: '改過' }, e.version);
    const c = await entryOf(claimed);
    const { invitation } = await clerk('POST', `/teachers/${c.id}/invitation`, undefined, c.version);
    const { nationalId, birthDate } = claimed;
    await clerk('POST', '/claims', { invitation, nationalId, birthDate, username: 'claimed-by-owner', password: 'a long one indeed' });
    const { transfer } = await other('POST', '/teachers', bodyOf(moved));
    await clerk('POST', `/transfers/${transfer.id}/acceptance`, undefined, transfer.version);

    await page.reload();
    await button('匯入名單').click();
    await page
      .getByRole('button', { name: /^檢視 .*list\.csv/ })
      .first()
      .click();
    await button('復原這次匯入').click();
    await shows('3 人之後有變動，維持不變：');
    for (const [person, why] of [
      [edited, '資料已被修改'],
      [claimed, '本人已申請帳號'],
      [moved, '已轉校或轉校中'],
    ] as const)
      await shows(`${person.name}：${why}`);
    const without = (text: string): string =>
      text
        .split('\r\n')
        .filter((line) => ![edited, claimed, moved].some(({ name }) => line.includes(`,${name},`)))
        .join('\r\n');
    expect(without(await roster())).toBe(before);
    expect(without(await roster('&departed=true'))).toBe(gone);
    expect((await server.kit.store.verify()).database).toEqual([]);
  });

  it('violates no policy of the page, and is sent as Big5', () => {
    expect(watched.complaints).toEqual([]);
    expect(decode(file(), 'big5')).toContain('教師姓名');
  });
});
