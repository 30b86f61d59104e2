/** In a real browser: the session ends on the server while somebody fills in a form. What was typed stays, and the act goes on. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, openPage, type Watched } from '../testing/browser.js';
import { startDemoServer, type DemoServer } from '../testing/demo-server.js';
import { DEMO_PASSWORD } from './demo-data.js';
import { madeUpId } from './made-up.js';

let server: DemoServer;
let browser: Browser;
let site: Server;
let siteUrl: string;
let watched: Watched;
let page: Page;

/** A page of another site, which embeds the form and the sign-in of the kit at `url`. */
const embedding = (url: string): string => `<!doctype html><html lang="zh-Hant-TW"><meta charset="utf-8"><title>學校網站</title>
<script type="module" src="${url}/inservice-kit.js"></script>
<inservice-provider base-url="${url}/api"><account-sign-in></account-sign-in><teacher-register></teacher-register></inservice-provider>`;

beforeAll(async () => {
  site = createServer((_request, response) =>
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(embedding(server.url)),
  );
  await new Promise<void>((resolve) => void site.listen(0, 'localhost', resolve));
  siteUrl = `http://localhost:${(site.address() as AddressInfo).port}`;
  server = await startDemoServer({ ALLOWED_ORIGINS: siteUrl });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  site.closeAllConnections();
  await new Promise((resolve) => void site.close(resolve));
  await server?.close();
});
afterEach(async () => {
  expect(watched.complaints).toEqual([]);
  await page.context().close();
});

async function begin(): Promise<void> {
  watched = await openPage(browser);
  ({ page } = watched);
  page.setDefaultTimeout(15_000);
}

async function signIn(on: Page, username: string): Promise<void> {
  await on.getByRole('textbox', { name: '使用者帳號' }).fill(username);
  await on.getByRole('textbox', { name: '密碼' }).fill(DEMO_PASSWORD);
  await on.getByRole('textbox', { name: '密碼' }).press('Enter');
}

const save = () => page.getByRole('button', { name: '登錄資料', exact: true }).click();
const field = (name: string) => page.getByRole('textbox', { name });

async function fillIn(seed: number): Promise<string> {
  const name = `測試${'甲乙丙丁戊己庚辛'[seed]}`;
  await field('身分證字號或統一證號').fill(madeUpId('national', 'male', 7_300_000 + seed));
  await field('姓名').fill(name);
  await page.getByRole('radio', { name: '男' }).check();
  await field('出生年月日 年').fill('74');
  await field('出生年月日 月').fill('5');
  await field('出生年月日 日').fill('6');
  await page.getByRole('combobox', { name: '職稱' }).selectOption({ label: '主任' });
  return name;
}

async function openForm(seed: number): Promise<string> {
  await page.goto(`${server.url}/register`);
  await signIn(page, 'lin-contact');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  return fillIn(seed);
}

/** Deletes every session of the account on the server. */
async function endSessions(username: string): Promise<void> {
  const { store } = server.kit;
  const { id } = (await store.accountByUsername(username))!;
  for (const session of await store.sessionsOf(id, new Date().toISOString())) await store.endSession(session.id, { guards: [], trail: [] });
}

const registered = (name: string) => page.getByText(`已登錄${name}`).first().waitFor({ state: 'attached' });
const isOnRoster = async (name: string): Promise<boolean> =>
  page.evaluate(async (q) => {
    const response = await fetch(`/api/teachers?q=${encodeURIComponent(q)}`);
    return ((await response.json()) as { total: number }).total > 0;
  }, name);

describe('a session that ends while a registration is filled in', () => {
  it('is followed by the form of the sign-in, and after it the registration goes on', async () => {
    await begin();
    const name = await openForm(0);
    await endSessions('lin-contact');
    await save();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: '使用者帳號' }).waitFor();
    expect(await dialog.getByRole('button', { name: '登出' }).count()).toBe(0);
    expect(await field('姓名').inputValue()).toBe(name);
    await signIn(page, 'lin-contact');
    await registered(name);
    expect(await isOnRoster(name)).toBe(true);
  });

  it('keeps the input when the sign-in is closed, and shows the form again', async () => {
    await begin();
    const name = await openForm(1);
    await endSessions('lin-contact');
    await save();
    await page.getByRole('dialog').getByRole('textbox', { name: '使用者帳號' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('登入已逾時，您輸入的內容還在').waitFor();
    expect(await field('姓名').inputValue()).toBe(name);
    await page.getByRole('button', { name: '重新登入' }).click();
    await signIn(page, 'lin-contact');
    await registered(name);
  });

  it('shows nothing of it to another person who signs in, and registers nobody', async () => {
    await begin();
    const name = await openForm(2);
    await endSessions('lin-contact');
    await save();
    await page.getByRole('dialog').getByRole('textbox', { name: '使用者帳號' }).waitFor();
    await signIn(page, 'wang-head');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await expect.poll(() => field('姓名').inputValue()).toBe('');
    expect(await field('身分證字號或統一證號').inputValue()).toBe('');
    expect(await isOnRoster(name)).toBe(false);
  });

  it('goes on at the click of a button if the same person has signed in in another tab meanwhile', async () => {
    await begin();
    const name = await openForm(3);
    await endSessions('lin-contact');
    await save();
    await page.getByRole('dialog').getByRole('textbox', { name: '使用者帳號' }).waitFor();
    const other = await page.context().newPage();
    await other.goto(`${server.url}/`);
    await signIn(other, 'lin-contact');
    await other.getByText('承辦人您好').waitFor();
    await page.bringToFront();
    await page.evaluate(() => dispatchEvent(new Event('focus')));
    await registered(name);
  });

  it('and a restart of the server are followed by the same', async () => {
    await begin();
    const name = await openForm(4);
    await endSessions('lin-contact');
    await server.restart();
    await save();
    await page.getByRole('dialog').getByRole('textbox', { name: '使用者帳號' }).waitFor();
    await signIn(page, 'lin-contact');
    await registered(name);
  });
});

describe('a restart of the server', () => {
  it('ends no session: a registration made while it is down is sent again', async () => {
    await begin();
    const name = await openForm(5);
    await server.restart(async () => {
      await save();
      await page.getByText('連不上伺服器').first().waitFor();
    });
    expect(await field('姓名').inputValue()).toBe(name);
    await save();
    await registered(name);
  });
});

describe('on the first page', () => {
  it('the sign-in takes the place of the overview, and the act goes on behind it', async () => {
    await begin();
    await page.goto(server.url);
    await signIn(page, 'wang-head');
    await page.getByRole('button', { name: '移交總負責人…' }).click();
    const successor = page.getByRole('combobox', { name: '接任者' });
    await successor.selectOption({ index: 1 });
    await endSessions('wang-head');
    await page.getByRole('button', { name: '開始移交', exact: true }).click();
    await page.getByRole('textbox', { name: '使用者帳號' }).waitFor();
    await successor.waitFor({ state: 'hidden' });
    await signIn(page, 'wang-head');
    await page
      .getByText(/已開始移交給/)
      .first()
      .waitFor();
  });
});

describe('on a page of another site', () => {
  async function allow(): Promise<void> {
    const [pop] = await Promise.all([
      page.waitForEvent('popup'),
      page.locator('account-sign-in').getByRole('button', { name: '登入', exact: true }).click(),
    ]);
    await signIn(pop, 'lin-contact');
    await pop.getByRole('button', { name: '允許', exact: true }).click();
  }

  it('the window signs in again, and the registration goes on with the new token', async () => {
    await begin();
    await page.goto(siteUrl);
    await allow();
    await page.getByText('已登入：林怡君').waitFor();
    const name = await fillIn(6);
    await endSessions('lin-contact');
    await save();
    await page.getByText('登入已逾時，您輸入的內容還在').waitFor();
    await allow();
    await registered(name);
  });

  it('the session may end in the window itself, before it allows the page', async () => {
    await begin();
    await page.goto(siteUrl);
    const [pop] = await Promise.all([
      page.waitForEvent('popup'),
      page.locator('account-sign-in').getByRole('button', { name: '登入', exact: true }).click(),
    ]);
    await signIn(pop, 'lin-contact');
    const yes = pop.getByRole('button', { name: '允許', exact: true });
    await yes.waitFor();
    await endSessions('lin-contact');
    await yes.click();
    await signIn(pop, 'lin-contact');
    await page.getByText('已登入：林怡君').waitFor();
  });
});
