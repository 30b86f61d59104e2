/** In a real browser: sign-ins at real OpenID providers, a forgotten password, and attacks from pages of another site. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, openPage } from '../testing/browser.js';
import { startDemoServer, type DemoServer } from '../testing/demo-server.js';
import { CLIENT, startProvider, type IdentityProvider } from '../testing/identity-provider.js';
import { startMailbox, type Mailbox } from '../testing/mailbox.js';
import { DEMO_PASSWORD } from './demo-data.js';

let server: DemoServer;
let browser: Browser;
let county: IdentityProvider;
let ministry: IdentityProvider;
let mailbox: Mailbox;
let url: string;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  mailbox = await startMailbox();
  county = await startProvider([`${url}/api/session/oidc/county/callback`], 'localhost');
  ministry = await startProvider([`${url}/api/session/oidc/ministry/callback`]);
  server = await startDemoServer(
    {
      PORT: String(port),
      PUBLIC_URL: url,
      LOG_LEVEL: 'silent',
      SMTP_URL: mailbox.url,
      MAIL_FROM: 'kit@example.test',
      OIDC_PROVIDERS: 'county,ministry',
      OIDC_COUNTY_ISSUER: county.issuer,
      OIDC_COUNTY_CLIENT_ID: CLIENT.clientId,
      OIDC_COUNTY_CLIENT_SECRET: CLIENT.clientSecret,
      OIDC_COUNTY_NAME: '甲縣單一登入',
      OIDC_MINISTRY_NAME: '教育雲端帳號',
      OIDC_MINISTRY_ISSUER: ministry.issuer,
      OIDC_MINISTRY_CLIENT_ID: CLIENT.clientId,
      OIDC_MINISTRY_CLIENT_SECRET: CLIENT.clientSecret,
    },
    { demo: false },
  );
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  await Promise.all([county?.end(), ministry?.end(), mailbox?.end()]);
});

async function link(username: string, { issuer }: IdentityProvider, subject: string): Promise<void> {
  const { store } = server.kit;
  const account = (await store.accountByUsername(username))!;
  const identity = { id: `${username}-${subject}`, accountId: account.id, issuer, subject };
  await store.linkIdentity(identity, { ...account, version: account.version + 1 }, { guards: [], trail: [] });
}

async function signInAt(page: Page, button: string, login: string): Promise<void> {
  await page.goto(`${url}/`);
  await page.getByRole('link', { name: button }).click();
  // The provider's pages: log-in and consent.
  await page.locator('input[name=login]').fill(login);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.locator('button[type=submit]').click();
  await page.waitForURL(`${url}/`);
}

describe('a person from an OpenID provider', () => {
  it('signs in on the provider’s pages, and may apply for an account', async () => {
    const { page, complaints } = await openPage(browser);
    page.setDefaultTimeout(10_000);
    await signInAt(page, '甲縣單一登入', 'somebody-new');
    await page
      .getByText(/沒有業務帳號|尚未|申請/)
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('is distinguished from a person with the same subject at another provider', async () => {
    await link('lin-contact', county, 'same');
    await link('wu-operator', ministry, 'same');
    for (const [button, name] of [
      ['甲縣單一登入', '林怡君'],
      ['教育雲端帳號', '吳佩芬'],
    ] as const) {
      const { page } = await openPage(browser);
      page.setDefaultTimeout(10_000);
      await signInAt(page, button, 'same');
      const me = await page.evaluate(async () => ((await (await fetch('/api/me')).json()) as { account: { name: string } }).account.name);
      expect(me).toBe(name);
      await page.context().close();
    }
  });

  it('who denies the sign-in returns to the first page with a message', async () => {
    const { page } = await openPage(browser);
    page.setDefaultTimeout(10_000);
    await page.goto(`${url}/`);
    await page.getByRole('link', { name: '甲縣單一登入' }).click();
    await page.getByRole('link', { name: /cancel/i }).click();
    await page.getByText('身分提供者沒有確認您的身分').first().waitFor();
    expect(await page.evaluate(async () => (await fetch('/api/me')).status)).toBe(401);
    await page.context().close();
  });
});

describe('a forgotten password', () => {
  it('is reset by the mailed link, whose token is removed from the address bar at once', async () => {
    const { page, complaints } = await openPage(browser);
    page.setDefaultTimeout(10_000);
    await page.goto(`${url}/`);
    await page.getByRole('link', { name: '忘記密碼？' }).click();
    await page.getByRole('textbox', { name: '使用者帳號' }).fill('tsai-head');
    await page.keyboard.press('Enter');
    await page.getByText('若資料相符，連結已寄出').first().waitFor();
    const { text } = await mailbox.letter('tsai-head@example.test', '/recover#reset=');
    const linked = /http:\S+/.exec(text)![0];
    await page.goto('about:blank');
    await page.goto(linked);
    await page.getByRole('textbox', { name: '新密碼', exact: true }).fill('A-brand-new-1');
    await page.getByRole('textbox', { name: '再輸入一次新密碼' }).fill('A-brand-new-1');
    expect(page.url()).toBe(`${url}/recover`);
    await page.keyboard.press('Enter');
    await page.getByText('新密碼已設定').first().waitFor();
    await page.getByRole('link', { name: '回登入' }).click();
    await page.getByRole('textbox', { name: '使用者帳號' }).fill('tsai-head');
    await page.getByRole('textbox', { name: '密碼' }).fill('A-brand-new-1');
    await page.keyboard.press('Enter');
    await page.getByText('蔡慧敏').first().waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe('a page of another origin', () => {
  let evil: Server;
  let site: string;
  /** The attacks with the victim's cookie; all must fail. */
  const tries = (target: string): string => `
    const say = (what, outcome) => (window.results = [...(window.results ?? []), what + ': ' + outcome]);
    const attempt = async (what, send) => { try { const r = await send(); say(what, r.type + ' ' + r.status); } catch { say(what, 'refused'); } };
    const body = JSON.stringify({ email: 'evil@example.test', password: '${DEMO_PASSWORD}' });
    window.go = async () => {
      await attempt('read', () => fetch('${target}/api/me', { credentials: 'include' }));
      await attempt('json', () => fetch('${target}/api/me', { method: 'PATCH', credentials: 'include', body, headers: { 'Content-Type': 'application/json', 'If-Match': '"1"' } }));
      await attempt('text', () => fetch('${target}/api/session', { method: 'POST', credentials: 'include', body: '{"username":"x","password":"y"}' }));
      await attempt('no-cors', () => fetch('${target}/api/session', { method: 'POST', mode: 'no-cors', credentials: 'include', body, headers: { 'Content-Type': 'text/plain' } }));
      await attempt('delete', () => fetch('${target}/api/session', { method: 'DELETE', mode: 'cors', credentials: 'include' }));
      for (const enctype of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
        const frame = document.body.appendChild(Object.assign(document.createElement('iframe'), { name: 'f' + enctype }));
        const form = document.body.appendChild(Object.assign(document.createElement('form'), { method: 'post', action: '${target}/api/session', enctype, target: frame.name }));
        form.append(Object.assign(document.createElement('input'), { name: '{"username":"wang-head","password":"${DEMO_PASSWORD}","x":"', value: '"}' }));
        form.submit();
        await new Promise((resolve) => { frame.onload = resolve; setTimeout(resolve, 1500); });
      }
      const sandbox = Object.assign(document.createElement('iframe'), { sandbox: 'allow-scripts allow-forms', srcdoc: '<script>fetch("${target}/api/session",{method:"DELETE",credentials:"include"}).then(()=>parent.postMessage("in","*"),()=>parent.postMessage("refused","*"))</scr' + 'ipt>' });
      const heard = new Promise((resolve) => { addEventListener('message', (e) => resolve(e.data), { once: true }); setTimeout(() => resolve('nothing'), 3000); });
      document.body.append(sandbox);
      say('sandbox', await heard);
      const framed = document.body.appendChild(Object.assign(document.createElement('iframe'), { src: '${target}/accounts' }));
      await new Promise((resolve) => { framed.onload = resolve; setTimeout(resolve, 2000); });
      let seen; try { seen = framed.contentDocument?.body?.textContent ?? 'nothing'; } catch { seen = 'refused'; }
      say('frame', seen === '' ? 'nothing' : seen);
      return window.results;
    };`;

  beforeAll(async () => {
    evil = createServer((_request, response) => {
      response
        .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
        .end(`<!doctype html><body><script>${tries(url)}</script></body>`);
    });
    await new Promise<void>((resolve) => void evil.listen(0, 'localhost', resolve));
    site = `http://localhost:${(evil.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    evil.closeAllConnections();
    await new Promise((resolve) => void evil.close(resolve));
  });

  it('cannot read or write with the visitor’s cookie by fetch, form, plain text, sandbox or frame', async () => {
    const { page } = await openPage(browser);
    page.setDefaultTimeout(15_000);
    await page.goto(`${url}/`);
    await page.getByRole('textbox', { name: '使用者帳號' }).fill('song-head');
    await page.getByRole('textbox', { name: '密碼' }).fill(DEMO_PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByText('宋').first().waitFor();
    const asHim = () =>
      page.evaluate(
        async () => ((await (await fetch('/api/me')).json()) as { account: { email: string; username: string } | null }).account,
      );
    const before = await asHim();
    expect(before?.username).toBe('song*****');
    const answers: string[] = [];
    page.on('response', (response) => {
      if (response.url().startsWith(`${url}/api`) && response.request().method() !== 'OPTIONS')
        answers.push(`${response.request().method()} ${response.status()}`);
    });
    await page.goto(site);
    const results = await page.evaluate(() => (window as unknown as { go: () => Promise<string[]> }).go());
    expect(results).toEqual([
      'read: refused',
      'json: refused',
      'text: refused',
      'no-cors: refused',
      'delete: refused',
      'sandbox: refused',
      'frame: nothing',
    ]);
    // The server refused all requests: no sign-in, no sign-out, nothing written.
    expect(answers.filter((answer) => / 2\d\d$/.test(answer))).toEqual([]);
    await page.goto(`${url}/`);
    expect(await asHim()).toEqual(before);
    await page.context().close();
  });
});
