/** A real browser for a test, driven by role and visible name, and by the keyboard alone. */
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from 'playwright';
import { browserOptions } from '../../build/browser.mjs';

export async function openBrowser(): Promise<Browser> {
  return chromium.launch(await browserOptions());
}

export interface Watched {
  page: Page;
  /** Violations of the page's policy, errors of its scripts. */
  complaints: string[];
}

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({ locale: 'zh-TW', viewport: { width: 1180, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
  page.on('console', (message) => {
    if (/Content.Security.Policy|TrustedScript|TrustedHTML|Trusted Type/i.test(message.text())) complaints.push(message.text());
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  return { page, complaints };
}

const MOST_TABS = 300;

/** Tab after Tab, as a person without a mouse goes, until the thing has the focus. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  // Finding an element by its role takes much longer than asking one that was found.
  let element = await target.elementHandle();
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    const found = await element!.evaluate((node) =>
      node.isConnected ? ((node.getRootNode() as Document | ShadowRoot).activeElement === node ? 'focused' : 'elsewhere') : 'replaced',
    );
    if (found === 'focused') return;
    if (found === 'replaced') element = await target.elementHandle();
    else await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not get to ${String(target)}`);
}

/** What a click is to a mouse. */
export async function press(page: Page, target: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

/** Goes to a field and types over what stands in it. */
export async function fill(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
}

/** Chooses in a native select by the keyboard: typing its first letters, or stepping down. */
export async function pick(page: Page, target: Locator, label: string): Promise<void> {
  await tabTo(page, target);
  const index = await target.evaluate(
    (select, wanted) => [...(select as HTMLSelectElement).options].findIndex(({ text }) => text === wanted),
    label,
  );
  if (index < 0) throw new Error(`no option ${label}`);
  await page.keyboard.press('Home');
  for (let step = 0; step < index; step++) await page.keyboard.press('ArrowDown');
}
