/** A real browser for a test, controlled by role and visible name, and by the keyboard only. */
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from 'playwright';
import { browserOptions } from '../../build/browser.mjs';

export async function openBrowser(): Promise<Browser> {
  return chromium.launch(await browserOptions());
}

export interface Watched {
  page: Page;
  /** Violations of the page's policy, and errors of its scripts. */
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

/** Presses Tab until the target has focus. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  // The search by role takes long, so the found element is used for all steps.
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

/** Activates the target by a key. */
export async function press(page: Page, target: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

/** Moves focus to a field and replaces its text. */
export async function fill(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
}

/** Chooses an option of a native select with the arrow keys. */
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
