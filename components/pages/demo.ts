/** The demo: live elements, a bar to change who looks and how, the markup to paste, the events as they come. */
import type { ErrorCode } from '../../server/domain/errors.js';
import { BUILT_IN_LOCALES, pickLocale } from '../../server/domain/locales.js';
import { en } from '../../server/domain/server-texts/en.js';
import { zhHant } from '../../server/domain/server-texts/zh-hant.js';
import '../index.js';
import type { InserviceProvider } from '../inservice-provider/inservice-provider.js';

type Fault = 'none' | 'slow' | 'offline' | 'conflict' | 'forbidden' | 'error';

interface DemoSettings {
  password: string;
}

const { password } = JSON.parse(document.querySelector('#settings')!.getAttribute('data-settings')!) as DemoSettings;
const provider = document.querySelector<InserviceProvider>('inservice-provider')!;
const stage = document.querySelector<HTMLElement>('#stage')!;
const markup = document.querySelector<HTMLElement>('#markup')!;
const log = document.querySelector<HTMLOListElement>('#events')!;
const control = (name: string): HTMLSelectElement => document.querySelector<HTMLSelectElement>(`#${name}`)!;

let fault: Fault = 'none';

const PROBLEMS: Partial<Record<Fault, [status: number, code: ErrorCode]>> = {
  conflict: [409, 'wrong-state'],
  forbidden: [403, 'forbidden'],
  error: [500, 'internal'],
};

const TEXTS = { 'zh-Hant': zhHant, en };

/** The page's own fetch, which the bar makes slow, absent or refusing. */
provider.fetch = async (input, init) => {
  if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, 3_000));
  if (fault === 'offline') throw new TypeError('offline');
  const problem = PROBLEMS[fault];
  const writes = (init?.method ?? 'GET') !== 'GET';
  if (problem && (writes || fault === 'error')) {
    const [status, code] = problem;
    const words = TEXTS[pickLocale(document.documentElement.lang, BUILT_IN_LOCALES)].errors[code];
    const body = { type: 'about:blank', status, code, ...words, requestId: 'demo' };
    return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/problem+json' } });
  }
  return fetch(input, init);
};

async function signInAs(username: string): Promise<void> {
  const held = fault;
  fault = 'none';
  await fetch(`${provider.client!.baseUrl}/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  fault = held;
  provider.reload();
}

function draw(): void {
  const tag = control('element').value;
  const element = document.createElement(tag);
  if (tag === 'teacher-roster') element.setAttribute('register-url', '/register');
  if (tag === 'account-manager') element.setAttribute('application-url', '/apply');
  stage.replaceChildren(element);
  markup.textContent = `<script type="module" src="/inservice-kit.js"></script>\n\n<inservice-provider base-url="/api">\n  ${element.outerHTML}\n</inservice-provider>`;
}

for (const type of [
  'inservice-ready',
  'inservice-before',
  'inservice-done',
  'inservice-error',
  'inservice-auth-required',
  'inservice-open',
  'inservice-close',
  'inservice-dirty-change',
] as const) {
  document.addEventListener(type, (event) => {
    const { action, ids, code, id, dirty } = event as Event & Record<string, unknown>;
    const line = document.createElement('li');
    line.textContent = `${type} ${JSON.stringify({ action, ids, code, id, dirty })}`;
    log.prepend(line);
    while (log.children.length > 30) log.lastElementChild!.remove();
  });
}

control('who').addEventListener('change', (event) => void signInAs((event.target as HTMLSelectElement).value));
control('element').addEventListener('change', draw);
control('theme').addEventListener('change', (event) => {
  document.documentElement.dataset['theme'] = (event.target as HTMLSelectElement).value;
});
control('width').addEventListener('change', (event) => {
  stage.dataset['width'] = (event.target as HTMLSelectElement).value;
});
control('language').addEventListener('change', (event) => {
  document.documentElement.lang = (event.target as HTMLSelectElement).value;
});
control('state').addEventListener('change', (event) => {
  fault = (event.target as HTMLSelectElement).value as Fault;
  provider.reload();
});

await provider.updateComplete;
await signInAs(control('who').value);
draw();
