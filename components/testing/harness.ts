/** How a test uses an element, so that its markup may change: by role, by visible name, by what is said. */
import type { LitElement } from 'lit';
import { sendKeys } from '@web/test-runner-commands';
import type { Client } from '../api/client.js';
import { PAUSE_MS } from '../controllers/composing.js';
import type { InserviceBeforeEvent, InserviceDoneEvent } from '../events.js';
import type { InserviceProvider } from '../inservice-provider/inservice-provider.js';
import type { Kit } from './server.js';

type Host = HTMLElement & LitElement & { client?: Client };

/** What elements load when they need it, there before the first of them, so that no test waits on the network unawares. */
const parts = Promise.all([
  import('../account-manager/account-panel.js'),
  import('../i18n/en-all.js'),
  import('../parts/download.js'),
  import('../parts/notice.js'),
  import('../teacher-register/registration-outcome.js'),
  import('../teacher-register/import-view.js'),
  import('../teacher-roster/bulk-box.js'),
  import('../teacher-roster/full-export.js'),
  import('../teacher-roster/invitation-box.js'),
  import('../teacher-roster/teacher-panel.js'),
  import('../teacher-roster/transfer-box.js'),
  import('../unit-overview/decisions.js'),
]);

export async function fixture<E extends HTMLElement>(
  tag: string,
  client: Client | null,
  attributes: Record<string, string> = {},
): Promise<E> {
  await parts;
  const element = document.createElement(tag) as Host;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (client) element.client = client;
  document.body.append(element);
  await settled(element);
  return element as unknown as E;
}

/** Below a provider, so that a test can say that somebody else is signed in: `reload()` of the provider. */
export async function inProvider<E extends HTMLElement>(tag: string, kit: Kit): Promise<{ element: E; provider: InserviceProvider }> {
  await parts;
  const provider = document.createElement('inservice-provider');
  provider.baseUrl = kit.baseUrl;
  provider.fetch = kit.fetch;
  const element = document.createElement(tag) as unknown as E;
  provider.append(element);
  document.body.append(provider);
  await settled(element);
  return { element, provider };
}

export function clearPage(): void {
  document.body.replaceChildren();
  document.documentElement.lang = 'zh-Hant-TW';
}

/** Until nothing more is drawn: answers come in a few microtasks, chunks in a few milliseconds. */
export async function settled(element: Element): Promise<void> {
  for (let quiet = 0, before = ''; quiet < 3;) {
    await new Promise((resolve) => setTimeout(resolve, 15));
    await (element as LitElement).updateComplete;
    const now = element.shadowRoot?.innerHTML ?? '';
    quiet = now === before ? quiet + 1 : 0;
    before = now;
  }
}

function nameOf(node: Element, root: ShadowRoot): string {
  const labelledBy = node.getAttribute('aria-labelledby');
  if (labelledBy) return root.getElementById(labelledBy)?.textContent?.trim() ?? '';
  const label =
    node.getAttribute('aria-label') ??
    (node.id ? root.querySelector(`label[for="${node.id}"]`)?.textContent : null) ??
    node.closest('label')?.textContent;
  return (label ?? node.textContent ?? '').replace(/\s+/g, ' ').trim();
}

const SELECTORS: Record<string, string> = {
  button: 'button',
  textbox: 'input:not([type=radio],[type=checkbox],[type=search]),textarea',
  searchbox: 'input[type=search]',
  radio: 'input[type=radio]',
  checkbox: 'input[type=checkbox]',
  combobox: 'select',
  link: 'a',
  heading: '[role=heading]',
  row: 'tbody tr',
};

/** @throws where there is none */
export function get<E extends HTMLElement = HTMLElement>(element: Element, role: string, name: string | RegExp): E {
  const found = all<E>(element, role).find((node) => matches(nameOf(node, element.shadowRoot!), name));
  if (!found)
    throw new Error(
      `no ${role} "${String(name)}" among: ${all(element, role)
        .map((node) => nameOf(node, element.shadowRoot!))
        .join(' | ')}`,
    );
  return found;
}

export function has(element: Element, role: string, name: string | RegExp): boolean {
  return all(element, role).some((node) => matches(nameOf(node, element.shadowRoot!), name));
}

export function all<E extends HTMLElement = HTMLElement>(element: Element, role: string): E[] {
  return [...element.shadowRoot!.querySelectorAll<E>(SELECTORS[role] ?? role)];
}

const matches = (text: string, name: string | RegExp): boolean => (typeof name === 'string' ? text.includes(name) : name.test(text));

export async function click(element: Element, role: string, name: string | RegExp): Promise<void> {
  get(element, role, name).click();
  await settled(element);
}

export async function type(element: Element, role: string, name: string | RegExp, text: string): Promise<void> {
  const field = get<HTMLInputElement>(element, role, name);
  field.focus();
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  await settled(element);
}

/** Types into several fields, by their names. */
export async function fillIn(element: Element, fields: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(fields)) {
    const field = get<HTMLInputElement>(element, 'textbox', name);
    field.value = text;
    field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  }
  await settled(element);
}

/** Types into a field that searches, and waits until it has asked. */
export async function searchFor(element: Element, name: string | RegExp, text: string): Promise<void> {
  const field = get<HTMLInputElement>(element, 'searchbox', name);
  field.focus();
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  // Set after the field's own timer, and so over after it.
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  await settled(element);
}

export async function choose(element: Element, name: string, value: string): Promise<void> {
  const field = get<HTMLSelectElement>(element, 'combobox', name);
  field.value = value;
  field.dispatchEvent(new Event('change', { bubbles: true }));
  await settled(element);
}

/** Presses Enter in a field: a form is saved, a search is made. */
export async function enter(element: Element, role: string, name: string | RegExp): Promise<void> {
  get(element, role, name).focus();
  await sendKeys({ press: 'Enter' });
  await settled(element);
}

/** Records what the page is told of writes, as "before account.activate a2". */
export function writesOf(element: HTMLElement): string[] {
  const told: string[] = [];
  const record = ({ type, action, ids }: InserviceBeforeEvent | InserviceDoneEvent): void =>
    void told.push([type.replace('inservice-', ''), action, ...ids].join(' '));
  element.addEventListener('inservice-before', record);
  element.addEventListener('inservice-done', record);
  return told;
}

/** The page refuses every write of the element. */
export function refuseWrites(element: HTMLElement): void {
  element.addEventListener('inservice-before', (event) => event.preventDefault());
}

/** The language of the page, and so of the elements on it. */
export async function speak(element: Element, lang: string): Promise<void> {
  document.documentElement.lang = lang;
  await settled(element);
}

/** Keeps the files that an element hands to the browser, instead of saving them. */
export function catchDownloads(): { files: { name: string; blob: Blob }[]; release: () => void } {
  const files: { name: string; blob: Blob }[] = [];
  const { createObjectURL } = URL;
  const { click: save } = HTMLAnchorElement.prototype;
  let latest = new Blob();
  URL.createObjectURL = (blob: Blob) => {
    latest = blob;
    return createObjectURL(blob);
  };
  HTMLAnchorElement.prototype.click = function click(): void {
    if (this.download) files.push({ name: this.download, blob: latest });
    else save.call(this);
  };
  const release = (): void => {
    URL.createObjectURL = createObjectURL;
    HTMLAnchorElement.prototype.click = save;
  };
  return { files, release };
}

/** Without a network, until the answer is called. */
export async function offline(element: Element): Promise<() => void> {
  Object.defineProperty(navigator, 'onLine', { value: false, configurable: true });
  dispatchEvent(new Event('offline'));
  await settled(element);
  return () => {
    delete (navigator as { onLine?: boolean }).onLine;
    dispatchEvent(new Event('online'));
  };
}

/** What the box of a failure says; empty where there is none. */
export function failure(element: Element): string {
  return element.shadowRoot!.querySelector('[data-error]')?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
}

/** What is wrong with a field, as a screen reader finds it: by `aria-describedby`. */
export function faultOf(element: Element, role: string, name: string | RegExp): string {
  const field = get(element, role, name);
  const ids = (field.closest('[aria-describedby]')?.getAttribute('aria-describedby') ?? '').split(' ');
  const fault = ids.map((id) => element.shadowRoot!.getElementById(id)).find((node) => node?.classList.contains('fault'));
  return fault?.textContent?.trim() ?? '';
}

/** What a screen reader was told last. */
export function said(element: Element): string {
  return element.shadowRoot!.querySelector('[role=status]')!.textContent!.trim();
}

export function alerted(element: Element): string {
  return element.shadowRoot!.querySelector('[role=alert]')!.textContent!.trim();
}

export function text(element: Element): string {
  return element.shadowRoot!.textContent!.replace(/\s+/g, ' ');
}

export function focused(element: Element): Element | null {
  return element.shadowRoot!.activeElement;
}
