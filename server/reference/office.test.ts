/** The claim of an invitation and the hand-over of the head's role, in a real browser by all parties. */
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, openPage } from '../testing/browser.js';
import { startDemoServer, type DemoServer } from '../testing/demo-server.js';
import { clientAt } from '../testing/installation.js';
import { DEMO_PASSWORD } from './demo-data.js';
import { MadeUpPeople } from './made-up.js';

let server: DemoServer;
let browser: Browser;
const complaints: string[][] = [];

beforeAll(async () => {
  server = await startDemoServer();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

async function somebody(): Promise<Page> {
  const watched = await openPage(browser);
  complaints.push(watched.complaints);
  watched.page.setDefaultTimeout(15_000);
  return watched.page;
}

async function signedIn(username: string): Promise<Page> {
  const page = await somebody();
  await page.goto(server.url);
  await page.getByLabel('使用者帳號').fill(username);
  await page.getByLabel('密碼', { exact: true }).fill(DEMO_PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByText('承辦人您好').waitFor();
  return page;
}

describe('in the browser', () => {
  it('a teacher claims the entry with the link from the school, once', async () => {
    const person = { ...new MadeUpPeople(31).person(), name: '邀請者' };
    const clerk = await clientAt(server.url).signIn('lin-contact');
    const { name, sex, nationalId, birthDate } = person;
    await clerk.post('/teachers', { body: { name, sex, nationalId, birthDate, title: 'teacher' } });
    const school = await signedIn('lin-contact');
    await school.getByRole('link', { name: '本單位教師帳號管理' }).click();
    await school.getByLabel(/教師姓名查詢/).fill(name);
    await school.keyboard.press('Enter');
    await school.getByRole('button', { name: `檢視資料：${name}` }).click();
    await school.getByRole('button', { name: '申請邀請…' }).click();
    await school.getByRole('img', { name: '邀請連結的 QR 碼' }).waitFor();
    const link = (await school.locator('.invitation a').getAttribute('href'))!;

    const teacher = await somebody();
    const claim = async (): Promise<void> => {
      await teacher.goto('about:blank');
      await teacher.goto(link);
      await teacher.getByLabel('身分證字號或統一證號').fill(nationalId.toLowerCase());
      const [year, month, day] = birthDate.split('-') as [string, string, string];
      for (const [box, text] of [
        ['年', year],
        ['月', month],
        ['日', day],
      ] as const)
        await teacher.getByLabel(`出生年月日 ${box}`).fill(text);
      await teacher.getByLabel('想用的使用者帳號').fill('invited-teacher');
      const form = teacher.locator('teacher-claim');
      await form.getByLabel('密碼', { exact: true }).fill('a long one indeed');
      await teacher.getByLabel('再輸入一次新密碼').fill('a long one indeed');
      await teacher.getByRole('button', { name: '申請帳號' }).click();
    };
    await claim();
    await teacher.getByText('申請完成').filter({ visible: true }).first().waitFor();
    expect(teacher.url()).not.toContain('invitation');
    await claim();
    await teacher.getByText('邀請已失效').first().waitFor();
    const found = (await clerk.get(`/teachers?q=${encodeURIComponent(name)}`)).body.items[0];
    expect(found).toMatchObject({ status: 'active', username: 'invited-teacher' });
  });

  it('a head hands over, the successor consents, the level above approves', async () => {
    const head = await signedIn('wang-head');
    await head.getByRole('button', { name: '移交總負責人…' }).click();
    const successor = head.getByLabel('接任者');
    const option = await successor.locator('option', { hasText: '林怡君' }).getAttribute('value');
    await successor.selectOption(option);
    await head.getByRole('button', { name: '開始移交' }).click();
    await head.getByText('等待接任者確認').first().waitFor();
    const contact = await signedIn('lin-contact');
    await contact.getByRole('button', { name: '我同意接任' }).click();
    await contact.getByText('等待上一層核准').first().waitFor();
    const county = await signedIn('county-a');
    await county.getByRole('button', { name: '核准移交' }).click();
    await county.getByText('已核准移交').filter({ visible: true }).first().waitFor();
    await contact.reload();
    await contact.getByText('林怡君（總負責人）').first().waitFor();
    await head.reload();
    await head.getByText('王建民（連絡人）').first().waitFor();
  });

  it('statistics are drawn as bars, and no page violates its policy', async () => {
    const county = await signedIn('county-a');
    await county.getByRole('link', { name: '統計圖表' }).click();
    await county.getByRole('button', { name: '本單位與所有下層單位' }).click();
    await county.getByRole('rowheader', { name: '甲縣立第一國民小學' }).waitFor();
    const bar = county.locator('tr', { hasText: '甲縣立第一國民小學' }).locator('rect');
    expect((await bar.boundingBox())!.width).toBeGreaterThan(50);
    await county.getByRole('link', { name: '異動紀錄' }).click();
    await county.getByRole('rowheader', { name: '登入' }).first().waitFor();
    expect(complaints.flat()).toEqual([]);
  });
});
