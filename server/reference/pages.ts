/** The pages of the reference server, which a county could use as they are. Nothing is inline, so the policy can be strict. */
import type { BuiltInLocale } from '../domain/locales.js';
import { DEMO_LOGINS, DEMO_PASSWORD } from './demo-data.js';

interface Page {
  path: string;
  titles: Record<BuiltInLocale, string>;
  /** The element, as a page would embed it. */
  body: string;
  /** Which callers see it in the menu. */
  menu: 'signed-in' | 'signed-in not-operator' | 'signed-in head-only' | 'signed-out' | null;
}

const PAGES: Page[] = [
  {
    path: '/',
    titles: { 'zh-Hant': '首頁', en: 'Home' },
    body: '<unit-overview heading-level="1" accounts-url="/accounts" teachers-url="/teachers" class="signed-in"></unit-overview><account-sign-in heading-level="1" recover-url="/recover" class="signed-out"></account-sign-in>',
    menu: 'signed-in',
  },
  {
    path: '/accounts',
    titles: { 'zh-Hant': '本單位業務帳號管理', en: 'Accounts' },
    body: '<account-manager heading-level="1" application-url="/apply"></account-manager>',
    menu: 'signed-in not-operator',
  },
  {
    path: '/teachers',
    titles: { 'zh-Hant': '本單位教師帳號管理', en: 'Teachers' },
    body: '<teacher-roster heading-level="1" register-url="/register" claim-url="/claim"></teacher-roster>',
    menu: 'signed-in not-operator',
  },
  {
    path: '/register',
    titles: { 'zh-Hant': '教師資料登錄', en: 'Register' },
    body: '<teacher-register heading-level="1"></teacher-register>',
    menu: 'signed-in not-operator',
  },
  {
    path: '/statistics',
    titles: { 'zh-Hant': '統計圖表', en: 'Statistics' },
    body: '<unit-statistics heading-level="1"></unit-statistics>',
    menu: 'signed-in not-operator',
  },
  {
    path: '/audit',
    titles: { 'zh-Hant': '異動紀錄', en: 'Audit trail' },
    body: '<audit-trail heading-level="1"></audit-trail>',
    menu: 'signed-in head-only',
  },
  {
    path: '/claim',
    titles: { 'zh-Hant': '教師帳號申請', en: 'Claim your account' },
    body: '<teacher-claim heading-level="1"></teacher-claim>',
    menu: null,
  },
  {
    path: '/profile',
    titles: { 'zh-Hant': '個人資料', en: 'Profile' },
    body: '<account-profile heading-level="1"></account-profile>',
    menu: 'signed-in',
  },
  {
    path: '/apply',
    titles: { 'zh-Hant': '線上帳號申請', en: 'Apply for an account' },
    body: '<account-application heading-level="1"></account-application>',
    menu: 'signed-out',
  },
  {
    path: '/recover',
    titles: { 'zh-Hant': '忘記密碼', en: 'Forgot your password' },
    body: '<account-recovery heading-level="1" sign-in-url="/"></account-recovery>',
    menu: null,
  },
];

const WORDS = {
  'zh-Hant': { lang: 'zh-Hant-TW', name: '帳號管理', skip: '跳到主要內容', menu: '功能', out: '登出', other: 'English', demo: '示範' },
  en: { lang: 'en', name: 'Account management', skip: 'Skip to the content', menu: 'Menu', out: 'Sign out', other: '中文', demo: 'Demo' },
} as const;

const query = (locale: BuiltInLocale): string => (locale === 'en' ? '?lang=en' : '');

function frame(locale: BuiltInLocale, title: string, path: string, body: string, script: string, demo: boolean): string {
  const words = WORDS[locale];
  const links = PAGES.filter(({ menu }) => menu !== null).map(
    (page) =>
      `<a href="${page.path}${query(locale)}" class="${page.menu ?? ''}"${page.path === path ? ' aria-current="page"' : ''}>${page.titles[locale]}</a>`,
  );
  if (demo) links.push(`<a href="/demo"${path === '/demo' ? ' aria-current="page"' : ''}>${words.demo}</a>`);
  return `<!doctype html>
<html lang="${words.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} · ${words.name}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
<script type="module" src="/${script}"></script>
</head>
<body>
<a class="skip" href="#main">${words.skip}</a>
<div class="masthead" role="banner">
<strong>${words.name}</strong>
<nav aria-label="${words.menu}">${links.join('\n')}</nav>
<a class="lang" href="${path}${query(locale === 'en' ? 'zh-Hant' : 'en')}" lang="${locale === 'en' ? 'zh-Hant' : 'en'}">${words.other}</a>
<button type="button" id="sign-out" class="plain signed-in">${words.out}</button>
</div>
${body}
</body>
</html>
`;
}

/** The page of a path; null if there is none. */
export function pageAt(path: string, locale: BuiltInLocale, demo: boolean): string | null {
  const page = PAGES.find((each) => each.path === path);
  if (!page) return null;
  const body = `<main id="main" tabindex="-1"><inservice-provider base-url="/api">${page.body}${page.path === '/' ? '' : '<dialog id="sign-in" aria-label="登入 Sign in"><account-sign-in></account-sign-in></dialog>'}</inservice-provider></main>`;
  return frame(locale, page.titles[locale], path, body, 'page.js', demo);
}

const option = (value: string, label: string): string => `<option value="${value}">${label}</option>`;

function select(id: string, label: string, options: string[]): string {
  return `<label for="${id}">${label}<select id="${id}">${options.join('')}</select></label>`;
}

/** The demo: live elements, a bar of settings, the markup to paste, and the events as they are fired. */
export function demoPage(locale: BuiltInLocale): string {
  const elements = ['teacher-roster', 'account-manager', 'teacher-register', 'unit-overview', 'account-profile', 'account-application'];
  const bar = [
    select(
      'element',
      '元件 Element',
      elements.map((tag) => option(tag, `&lt;${tag}&gt;`)),
    ),
    select(
      'who',
      '身分與單位 Who',
      DEMO_LOGINS.map(({ username, who }) => option(username, who)),
    ),
    select('theme', '主題 Theme', [option('', '依系統 system'), option('light', '淺色 light'), option('dark', '深色 dark')]),
    select('width', '寬度 Width', [option('', '全寬 full'), option('tablet', '768 px'), option('phone', '360 px')]),
    select('language', '語言 Language', [
      ...(locale === 'en'
        ? [option('en', 'English'), option('zh-Hant-TW', '中文')]
        : [option('zh-Hant-TW', '中文'), option('en', 'English')]),
    ]),
    select('state', '狀態 State', [
      option('none', '正常 normal'),
      option('slow', '慢 slow'),
      option('offline', '離線 offline'),
      option('conflict', '衝突 conflict'),
      option('forbidden', '無權限 forbidden'),
      option('error', '錯誤 500'),
    ]),
  ];
  const body = `<main id="main">
<h1>Inservice Kit</h1>
<section class="sheet" aria-label="設定 Settings"><div class="bar">${bar.join('')}</div><div id="settings" hidden data-settings='{"password":"${DEMO_PASSWORD}"}'></div></section>
<inservice-provider base-url="/api"><div id="stage"></div></inservice-provider>
<div class="columns">
<section class="sheet"><h2>貼上這一段 Markup</h2><pre><code id="markup"></code></pre></section>
<section class="sheet"><h2>事件 Events</h2><ol id="events"></ol></section>
</div>
</main>`;
  return frame(locale, WORDS[locale].demo, '/demo', body, 'demo.js', true);
}
