/** Runs every example in a real browser. */
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, openPage } from '../server/testing/browser.js';
import { startCms } from './cms-page/cms.mjs';
import { startPortal as startExpress } from './express-portal/portal.mjs';
import { startPortal as startHono } from './hono-portal/portal.mjs';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

interface Running {
  url: string;
  close(): Promise<void>;
}

async function signIn(portal: Running, name: string): Promise<Page> {
  const { page } = await openPage(browser);
  page.setDefaultTimeout(15_000);
  await page.goto(portal.url);
  await page.getByRole('button', { name }).click();
  await page.waitForURL('**/staff');
  return page;
}

const api = (page: Page, method: string, path: string, body?: object, version?: number) =>
  page.evaluate(
    async ([verb, at, sent, tag]) => {
      const response = await fetch(`/inservice${at}`, {
        method: verb!,
        headers: { ...(sent ? { 'Content-Type': 'application/json' } : {}), ...(tag ? { 'If-Match': `"${tag}"` } : {}) },
        ...(sent ? { body: sent } : {}),
      });
      return { status: response.status, body: await response.json() };
    },
    [method, path, body && JSON.stringify(body), version && String(version)] as const,
  );

describe.each([
  ['Hono', startHono as (options: object) => Promise<Running>],
  ['Express 5', startExpress as (options: object) => Promise<Running>],
])('a portal on %s', (_name, start) => {
  let portal: Running;
  beforeAll(async () => {
    portal = await start({ port: 0 });
  });
  afterAll(() => portal.close());

  it('shows the roster to its user without a second sign-in', async () => {
    const page = await signIn(portal, '林主任');
    await page.getByText('教師 1–10，共 88 人').waitFor();
    await page.context().close();
  });

  it('identifies nobody who is not signed in to the portal', async () => {
    const answer = await fetch(`${portal.url}/inservice/me`);
    expect(answer.status).toBe(401);
  });

  it('treats a head whom the county has replaced as a contact from the next request on', async () => {
    const [wang, county] = [await signIn(portal, '王校長'), await signIn(portal, '教育處高承辦')];
    await wang.getByRole('button', { name: '檢視資料：黃雅婷' }).waitFor();
    const school = (await api(county, 'GET', '/units?q=014501')).body.items[0];
    const lin = (await api(county, 'GET', `/accounts?unit=${school.id}&q=lin-contact`)).body.items[0];
    expect((await api(county, 'PUT', `/accounts/${lin.id}/role`, { role: 'head', replace: true }, lin.version)).status).toBe(200);
    expect((await api(wang, 'GET', '/me')).body.role).toBe('contact');
    expect((await api(wang, 'GET', '/accounts')).status).toBe(403);
    await wang.reload();
    await wang.getByText('業務帳號由總負責人開通、變更、刪除').waitFor();
    await Promise.all([wang.context().close(), county.context().close()]);
  });
});

describe('a page of another origin', () => {
  let cms: Running & { kit: string };
  beforeAll(async () => {
    cms = await startCms({ port: 0 });
  });
  afterAll(() => cms.close());

  it('signs in through the kit’s own window, without a violation of its strict policy', async () => {
    const { page, complaints } = await openPage(browser);
    page.setDefaultTimeout(15_000);
    await page.goto(cms.url);
    const [window_] = await Promise.all([
      page.waitForEvent('popup'),
      page.locator('account-sign-in').getByRole('button', { name: '登入' }).click(),
    ]);
    await window_.getByRole('textbox', { name: '使用者帳號' }).fill('lin-contact');
    await window_.getByRole('textbox', { name: '密碼' }).fill('demo-Password-88');
    await window_.keyboard.press('Enter');
    await window_.getByText(`允許 ${cms.url} 以您的身分使用帳號管理？`).waitFor();
    await window_.getByRole('button', { name: '允許', exact: true }).click();
    await page.getByText('教師 1–10，共 88 人').waitFor();
    await page.getByText('(lin-c*****) 承辦人您好').waitFor();
    expect(complaints).toEqual([]);
    // The token is kept in memory only.
    expect(await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length])).toEqual(['', 0, 0]);
    await page.context().close();
  });

  it('can neither read nor write with the cookie of the county’s site', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${cms.kit}/`);
    await page.evaluate(() =>
      fetch('/api/session', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: '{"username":"lin-contact","password":"demo-Password-88"}',
      }),
    );
    await page.goto(cms.url);
    const read = await page
      .evaluate(async (kit) => (await fetch(`${kit}/api/me`, { credentials: 'include' })).status, cms.kit)
      .catch(() => 'refused');
    expect(read).toBe('refused');
    const write = await page
      .evaluate(async (kit) => (await fetch(`${kit}/api/session`, { method: 'DELETE', credentials: 'include' })).status, cms.kit)
      .catch(() => 'refused');
    expect(write).toBe('refused');
    await page.context().close();
  });
});
