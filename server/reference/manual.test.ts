/** Each numbered step of the manual, in a real browser against the real server, with the keyboard where the manual clicks. */
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fill, openBrowser, openPage, pick, press, tabTo, type Watched } from '../testing/browser.js';
import { startDemoServer, type DemoServer } from '../testing/demo-server.js';
import { DEMO_PASSWORD, demoData } from './demo-data.js';
import { madeUpId } from './made-up.js';

let server: DemoServer;
let browser: Browser;
let watched: Watched;
let page: Page;

beforeAll(async () => {
  server = await startDemoServer();
  browser = await openBrowser();
  watched = await openPage(browser);
  ({ page } = watched);
  page.setDefaultTimeout(10_000);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const button = (name: string | RegExp) => page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });
const heading = (name: string) => page.getByRole('heading', { name, exact: true });
const said = (element: string, words: string) =>
  expect.poll(async () => page.locator(`${element} [role=status]`).first().textContent(), { timeout: 10_000 }).toContain(words);
const shows = async (...words: string[]): Promise<void> => {
  for (const word of words)
    await page
      .getByText(word)
      .filter({ visible: true })
      .first()
      .waitFor({ timeout: 10_000 })
      .catch(() => {
        throw new Error(`the page does not show 「${word}」`);
      });
};
const goBy = (name: string) => press(page, page.getByRole('link', { name, exact: true }));

describe('0 signing in', () => {
  it('works with user name and password, and shows the masked user name', async () => {
    await page.goto(server.url);
    await fill(page, page.getByRole('textbox', { name: '使用者帳號' }), 'wang-head');
    await fill(page, page.getByRole('textbox', { name: '密碼' }), DEMO_PASSWORD);
    await page.keyboard.press('Enter');
    await shows('(wang*****)', '承辦人您好，歡迎您再回到教師進修網', '服務單位');
  });
});

describe('1 業務帳號管理：開通／變更', () => {
  it('1-(1) 點選「本單位業務帳號管理」', async () => {
    await goBy('本單位業務帳號管理');
    await heading('本單位業務帳號管理').waitFor();
    await shows('使用者帳號', '姓名', '未啟用', '檢視資料', '黃雅婷');
  });

  it('1-(2) 點選要開通之承辦人後方「檢視資料」', async () => {
    await press(page, button('檢視資料：黃雅婷'));
    await shows('性別', '職稱', '服務學校', '聯絡電話', '傳真電話', '電子郵件', '編輯帳號個人資料');
    expect(await heading('黃雅婷').evaluate((node) => (node.getRootNode() as ShadowRoot).activeElement === node)).toBe(true);
  });

  it('1-(3) 點選『啟用為連絡人』『啟用為作業人員』即可', async () => {
    await tabTo(page, page.getByRole('radio', { name: '作業人員' }));
    await page.keyboard.press('ArrowUp');
    await press(page, button('啟用為連絡人'));
    await said('account-manager', '已啟用黃雅婷為連絡人');
    await page.keyboard.press('Tab');
  });

  it('1-(4) 點選要變更之承辦人後方「檢視資料」', async () => {
    await press(page, button('關閉'));
    await press(page, button(/^啟用中/));
    await shows('陳中良', '啟用中');
    await press(page, button('檢視資料：黃雅婷'));
  });

  it('1-(5) 點選『切換為連絡人』『切換為作業人員』即可', async () => {
    expect(await page.getByRole('radio', { name: '連絡人' }).isChecked()).toBe(true);
    expect(await button('切換身分').getAttribute('aria-disabled')).toBe('true');
    await tabTo(page, page.getByRole('radio', { name: '連絡人' }));
    await page.keyboard.press('ArrowDown');
    await press(page, button('切換為作業人員'));
    await said('account-manager', '已將黃雅婷切換為作業人員');
  });
});

describe('2 業務帳號管理：刪除', () => {
  it('2-(1)(2) 點選要刪除之承辦人後方「檢視資料」', async () => {
    await press(page, button('關閉'));
    await press(page, button('檢視資料：陳中良'));
    await heading('陳中良').waitFor();
  });

  it('2-(3) requires a reason for a deletion', async () => {
    await press(page, button('刪除帳號…'));
    await press(page, page.getByRole('dialog').getByRole('button', { name: '刪除帳號', exact: true }));
    await shows('請填寫理由');
    await page.getByRole('dialog').waitFor();
  });

  it('2-(3) 輸入刪除理由 (4) 點擊『刪除帳號』即可刪除', async () => {
    await fill(page, page.getByRole('textbox', { name: /刪除理由/ }), '調至他校服務');
    await press(page, page.getByRole('dialog').getByRole('button', { name: '刪除帳號', exact: true }));
    await said('account-manager', '已刪除陳中良的帳號');
  });

  it('refuses an application with 帳號申請不通過理由', async () => {
    await press(page, button('關閉'));
    await press(page, button(/^待開通/));
    await press(page, button('檢視資料：張佩珊'));
    await press(page, button('帳號申請不通過…'));
    await fill(page, page.getByRole('textbox', { name: /帳號申請不通過理由/ }), '重複申請');
    await press(page, page.getByRole('dialog').getByRole('button', { name: /不通過張佩珊的申請/ }));
    await said('account-manager', '張佩珊的申請已設為不通過');
  });
});

describe('3 教師帳號管理：編輯', () => {
  it('3-(1) 點選「本單位教師帳號管理」, with the sums 88 = 86 + 2 and 86 = 83 + 3', async () => {
    await goBy('本單位教師帳號管理');
    await shows(
      '學校總人數',
      '已申請人數',
      '待申請人數',
      '教師共 83 人',
      '行政職員共 3 人',
      '含帳號漫遊',
      '教師姓名查詢',
      '依任教科目篩選',
      '資料下載',
      '第 1 頁，共 9 頁',
      '每頁筆數',
      '使用者帳號',
      '帳號狀況',
      '檢視資料',
    );
    const sum = (await page.locator('teacher-roster .sum b').allTextContents()).map(Number);
    expect(sum).toEqual([88, 86, 2]);
    expect(sum[0]).toBe(sum[1]! + sum[2]!);
  });

  it('shows 啟用中, 帳號漫遊申請 已啟用 and 待申請 as states, RM_ and [待申請] as user names', async () => {
    await press(page, page.getByRole('button', { name: /待申請人數/ }));
    await shows('待申請', '[待申請]');
    await pick(page, page.getByRole('combobox', { name: '每頁筆數' }), '200');
    await press(page, page.getByRole('button', { name: /學校總人數/ }));
    await shows('啟用中', '帳號漫遊申請 已啟用');
    expect(await page.locator('teacher-roster tbody td').filter({ hasText: /^RM_/ }).count()).toBe(4);
  });

  it('finds by name and by subject', async () => {
    const surname = (await page.locator('teacher-roster tbody th').first().textContent())!.trim().charAt(0);
    await fill(page, page.getByRole('searchbox', { name: /教師姓名查詢/ }), surname);
    await page.keyboard.press('Enter');
    await expect.poll(async () => page.locator('teacher-roster caption').textContent()).not.toContain('共 88 人');
    const names = await page.locator('teacher-roster tbody th').allTextContents();
    expect(names.length).toBeGreaterThan(0);
    expect(names.every((name) => name.includes(surname))).toBe(true);
    await said('teacher-roster', `找到 ${names.length} 人`);
    await press(page, button('清除條件'));
    await pick(page, page.getByRole('combobox', { name: '依任教科目篩選' }), '國小 自然科學');
    await expect.poll(async () => page.locator('teacher-roster caption').textContent()).not.toContain('共 88 人');
    await press(page, button('清除條件'));
  });

  it('3-(2) 檢視資料 (3) 編輯帳號個人資料 (4) 更新教師資料', async () => {
    await press(page, page.getByRole('button', { name: /^檢視資料：/ }).first());
    await shows('在校任教階段', '單位註記', '備註', '身分證字號');
    await press(page, button('編輯帳號個人資料'));
    await shows('科目類別', '選擇科目', '任教科目1');
    await press(page, button('清除重選'));
    for (const subject of ['國語文', '本土語文', '自然科學']) {
      await pick(page, page.getByRole('combobox', { name: '選擇科目' }), subject);
      await press(page, button('加入'));
    }
    await shows('任教科目3');
    await fill(page, page.getByRole('textbox', { name: '電子郵件' }), 'mended@example.test');
    await press(page, button('更新教師資料'));
    await said('teacher-roster', '已儲存');
    await shows('mended@example.test', '國小 自然科學');
  });

  it('downloads the roster', async () => {
    const [file] = await Promise.all([page.waitForEvent('download'), press(page, button('下載 CSV'))]);
    expect(file.suggestedFilename()).toMatch(/^甲縣立第一國民小學-教師名冊-.*\.csv$/);
  });
});

describe('4 教師帳號管理：離職、轉校、退休', () => {
  it('4-(1)(2)(3) 點擊『離職／轉校／退休』即可退出學校群組', async () => {
    await goBy('本單位教師帳號管理');
    await page.locator('teacher-roster tbody th').first().waitFor();
    const view = page.getByRole('button', { name: /^檢視資料：/ }).nth(1);
    const name = (await view.getAttribute('aria-label'))!.replace('檢視資料：', '');
    await press(page, view);
    await press(page, button('離職／轉校／退休…'));
    await tabTo(page, page.getByRole('radio', { name: '離職' }));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await page.getByRole('radio', { name: '退休' }).isChecked()).toBe(true);
    await press(page, page.getByRole('dialog').getByRole('button', { name: `讓${name}退出學校群組` }));
    await said('teacher-roster', `${name}已退出學校群組`);
    await expect.poll(async () => (await page.locator('teacher-roster .sum b').allTextContents()).map(Number)).toEqual([87, 85, 2]);
  });
});

describe('5 教師資料登錄：加入群組', () => {
  const field = (name: string | RegExp) => page.getByRole('textbox', { name });

  async function enter(person: { nationalId: string; name: string; sex: '男' | '女'; year: string; title: string }): Promise<void> {
    await fill(page, field('身分證字號或統一證號'), person.nationalId);
    await fill(page, field('姓名'), person.name);
    const radio = page.getByRole('radio', { name: person.sex });
    if (!(await radio.isChecked())) {
      await tabTo(
        page,
        (await page.getByRole('radio', { checked: true }).count()) > 0
          ? page.getByRole('radio', { checked: true })
          : page.getByRole('radio', { name: '男' }),
      );
      await page.keyboard.press('Space');
      if (!(await radio.isChecked())) await page.keyboard.press('ArrowRight');
    }
    await fill(page, field('出生年月日 年'), person.year);
    await fill(page, field('出生年月日 月'), '5');
    await fill(page, field('出生年月日 日'), '6');
    await pick(page, page.getByRole('combobox', { name: '職稱' }), person.title);
  }
  const save = () => press(page, button('登錄資料'));

  it('5-(1) 點選「教師資料登錄」, with the three notes', async () => {
    await goBy('教師資料登錄');
    await shows('請至少於每學期初登錄新進教師', '本單位教師帳號管理』名單', '實習教師由師培學校管理，請勿由此登錄');
  });

  it('✘ 未儲存，身分證字號不正確, and keeps the input', async () => {
    const id = madeUpId('national', 'male', 4_242_424);
    await enter({
      nationalId: `${id.slice(0, 9)}${(Number(id[9]) + 1) % 10}`,
      name: '王小明',
      sex: '男',
      year: '74',
      title: '合格專任教師',
    });
    await shows('民國74年5月6日＝西元1985年');
    await save();
    await shows('✘ 未儲存，身分證字號不正確', '檢查碼不符，可能打錯一碼或兩碼對調');
    expect(await field('姓名').inputValue()).toBe('王小明');
  });

  it('✘ 未儲存，性別與身分證字號不符合, with a way out', async () => {
    await enter({ nationalId: madeUpId('national', 'female', 4_242_424), name: '王小明', sex: '男', year: '74', title: '合格專任教師' });
    await save();
    await shows('✘ 未儲存，性別與身分證字號不符合', '字號第 2 碼是 2（女），性別選了「男」');
    await press(page, button('改性別為女'));
    expect(await page.getByRole('radio', { name: '女' }).isChecked()).toBe(true);
  });

  it('refuses 實習教師', async () => {
    await enter({ nationalId: madeUpId('national', 'male', 4_242_424), name: '王小明', sex: '男', year: '74', title: '實習教師' });
    await save();
    await shows('實習教師請勿由此登錄');
  });

  it('5-(2) 輸入新進教師基本資料 (3) 登錄資料 (4) 出現成功訊息即完成', async () => {
    await enter({ nationalId: madeUpId('national', 'male', 4_242_424), name: '王小明', sex: '男', year: '74', title: '主任' });
    await save();
    await shows('您已更新資料成功', '教師姓名', '生日', '民國74年5月6日', '王小明');
    await said('teacher-register', '已登錄王小明');
  });

  it('5 b corrects a wrong birth date by registering the person again', async () => {
    await enter({ nationalId: madeUpId('national', 'male', 4_242_424), name: '王小明', sex: '男', year: '75', title: '主任' });
    await save();
    await shows('這位老師已在名冊，將更新：出生年月日');
    await press(page, button('更新'));
    await shows('您已更新資料成功', '民國75年5月6日');
  });

  it.each([
    ['統一證號', 'resident'],
    ['舊式統一證號', 'resident-old'],
  ] as const)('a foreign teacher is entered with a number of the kind %s', async (words, kind) => {
    await enter({ nationalId: madeUpId(kind, 'female', 8_765_432), name: 'Emily Rose Watson', sex: '女', year: '1988', title: '外籍教師' });
    await shows(`${words}・女・檢查碼正確`);
    await save();
    await shows('您已更新資料成功');
  });

  it('✘ 未儲存，資料登錄失敗, for a person on another roster with other data', async () => {
    const elsewhere = demoData().teachers!.find(({ unitCode, sex }) => unitCode === '213502' && sex === 'male')!;
    await enter({ nationalId: elsewhere.nationalId, name: elsewhere.name, sex: '男', year: '1950', title: '合格專任教師' });
    await save();
    await shows('✘ 未儲存，資料登錄失敗');
    expect(await page.getByText('乙市立文化國民中學').count()).toBe(0);
  });
});

describe('after the walk', () => {
  it('the audit trail has actor, target, action, reason and time of every change', async () => {
    const entries: {
      action: string;
      outcome: string;
      actor: { name: string } | null;
      target: { name: string };
      reason: string | null;
      at: string;
    }[] = [];
    for (let cursor = ''; ;) {
      const answer = await page.evaluate(async (from) => (await fetch(`/api/audit${from && `?cursor=${from}`}`)).json(), cursor);
      entries.push(...answer.items);
      if (!answer.nextCursor) break;
      cursor = answer.nextCursor;
    }
    const made = (action: string, target: string | RegExp) =>
      entries.find(
        (entry) =>
          entry.action === action &&
          entry.outcome === 'done' &&
          (typeof target === 'string' ? entry.target.name === target : target.test(entry.target.name)),
      );
    for (const [action, target, reason] of [
      ['account.activate', '黃雅婷', null],
      ['account.switch-role', '黃雅婷', null],
      ['account.delete', '陳中良', '調至他校服務'],
      ['account.reject', '張佩珊', '重複申請'],
      ['teacher.update', /./, null],
      ['teacher.export', '甲縣立第一國民小學', null],
      ['teacher.depart', /./, null],
      ['teacher.register', '王小明', null],
      ['teacher.update', '王小明', null],
      ['teacher.register', 'Emily Rose Watson', null],
    ] as const) {
      const entry = made(action, target);
      expect(entry, action).toMatchObject({ actor: { name: '王建民' }, reason });
      expect(Date.parse(entry!.at)).toBeGreaterThan(Date.now() - 600_000);
    }
  });

  it('the database and the audit chain are valid', async () => {
    expect(await server.kit.store.verify()).toMatchObject({ database: [], chain: { fault: null } });
  });

  it('every page of the reference server shows its element, in both languages', async () => {
    for (const lang of ['', '?lang=en']) {
      for (const [path, element] of [
        ['/', 'unit-overview'],
        ['/accounts', 'account-manager'],
        ['/teachers', 'teacher-roster'],
        ['/register', 'teacher-register'],
        ['/profile', 'account-profile'],
        ['/apply', 'account-application'],
        ['/demo', 'teacher-roster'],
      ] as const) {
        await page.goto(`${server.url}${path}${lang}`);
        await page.locator(element).getByRole('heading').first().waitFor();
        // A policy reports with the next rendered frame.
        await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      }
    }
  });

  it('no page violated its policy, Trusted Types included', () => {
    expect(watched.complaints).toEqual([]);
  });
});
