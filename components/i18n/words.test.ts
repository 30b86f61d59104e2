import { expect } from '@esm-bundle/chai';
import { serverLocales } from '../../server/domain/server-texts/server-locales.js';
import { hasFullWidth } from '../testing/full-width.js';
import { enAll } from './en-all.js';
import { zhHantImport } from './zh-hant-import.js';
import { zhHantMore } from './zh-hant-more.js';
import { zhHantOffice } from './zh-hant-office.js';
import { zhHant } from './zh-hant.js';

/** Stands for whatever a text is made with: a name, a day, a number, an object with numbers in it. */
const anything: unknown = new Proxy(() => undefined, {
  get: (_target, key) => (key === Symbol.toPrimitive ? (hint: string) => (hint === 'number' ? 41 : '2026-01-15') : anything),
  apply: () => anything,
});

/** Every text of a table by its path; texts that are made with something are made with `anything`. */
function textsOf(table: object, path = ''): [path: string, text: string][] {
  return Object.entries(table).flatMap(([key, value]): [string, string][] => {
    const at = path ? `${path}.${key}` : key;
    if (typeof value === 'string') return [[at, value]];
    if (typeof value === 'function') return [[at, String((value as (...all: unknown[]) => unknown)(...Array<unknown>(9).fill(anything)))]];
    return textsOf(value as object, at);
  });
}

const server = serverLocales();
const english = textsOf({ ...enAll, server: server.texts('en') });
const chinese = textsOf({ ...zhHant, ...zhHantMore, ...zhHantImport, ...zhHantOffice, server: server.texts('zh-Hant') });

describe('the words', () => {
  it('have the same keys in both languages', () => {
    expect(english.map(([path]) => path).sort()).to.deep.equal(chinese.map(([path]) => path).sort());
  });

  it('have no Chinese punctuation in English', () => {
    expect(english.filter(([, text]) => hasFullWidth(text))).to.deep.equal([]);
  });

  it('name no periods and numbers of attempts, which an installation configures', () => {
    const figure =
      /(\d|\b(two|three|five|seven|ten|fifteen|thirty))\s*(seconds?|minutes?|hours?|days?|failures|kinds?)\b|\d\s*(秒|分鐘|小時|天|次|種)|三種|\bthree of\b/i;
    const made = /2026-01-15|41/g;
    const found = [...english, ...chinese].filter(([, text]) => figure.test(text.replace(made, '')));
    expect(found.map((each) => each.join(': ')).join('\n')).to.equal('');
  });
});
