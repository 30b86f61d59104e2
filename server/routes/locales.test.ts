import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_CODES } from '../domain/codes.js';
import type { ServerTexts } from '../domain/server-texts/server-texts.js';
import { serverLocales } from '../domain/server-texts/server-locales.js';
import { createInserviceKit, fileKeys } from '../index.js';
import { madeUpId } from '../reference/made-up.js';
import { sqliteStore } from '../store/sqlite/index.js';
import { install, type Installation } from '../testing/installation.js';
import { startMailbox, type Mailbox } from '../testing/mailbox.js';

const english = serverLocales().texts('en');

/** Every text of a table with a mark: a locale that nobody speaks (`qaa` is for private use). */
function marked<T>(texts: T): T {
  if (typeof texts === 'string') return `«${texts}»` as T;
  if (typeof texts === 'function') return ((...given: unknown[]) => marked((texts as (...all: unknown[]) => unknown)(...given))) as T;
  return Object.fromEntries(Object.entries(texts as object).map(([name, text]) => [name, marked(text as unknown)])) as T;
}

const complete: ServerTexts = { ...marked(english), codes: { titles: { teacher: '«teacher»' }, stages: { elementary: '«elementary»' } } };

let installation: Installation;
let mailbox: Mailbox;

beforeAll(async () => {
  mailbox = await startMailbox();
  installation = await install({
    mail: { transport: mailbox.url, from: 'kit@example.test' },
    locales: {
      qaa: { texts: complete },
      'qab-Latn': { texts: { errors: { 'not-found': { title: 'qab title', detail: 'qab detail' } } }, fallback: 'en' },
    },
  });
});
afterAll(async () => {
  await installation.end();
  await mailbox.end();
});

const missing = async (language: string) =>
  (await installation.anyone.get('/nowhere', { headers: { 'Accept-Language': language } })).body as { title: string; detail: string };

describe('a locale that a portal adds', () => {
  it('is used in problem responses', async () => {
    expect((await missing('qaa')).title).toBe('«Not found»');
    expect((await missing('qaa-TW, en;q=0.8')).title).toBe('«Not found»');
    expect((await missing('fr, qaa;q=0.5, zh;q=0.4')).title).toBe('«Not found»');
    expect((await missing('en, qaa;q=0.5')).title).toBe('Not found');
  });

  it('is used in the messages of fields', async () => {
    const { body } = await installation.anyone.post('/session', { body: { username: '' }, headers: { 'Accept-Language': 'qaa' } });
    expect(body.title).toBe('«Some fields are wrong»');
    expect(body.errors.map(({ message }: { message: string }) => message)).toContain('«Please fill this in»');
  });

  it('uses its fallback for texts that it lacks', async () => {
    expect(await missing('qab')).toMatchObject({ title: 'qab title', detail: 'qab detail' });
    const { body } = await installation.anyone.post('/session', { body: {}, headers: { 'Accept-Language': 'qab-Latn' } });
    expect(body.title).toBe('Some fields are wrong');
  });

  it('names codes, and a staff list may use these names', async () => {
    const { body } = await installation.anyone.get('/codes');
    expect(body.titles.find(({ code }: { code: string }) => code === 'teacher').names).toEqual({
      'zh-Hant': '合格專任教師',
      en: 'Certified full-time teacher',
      qaa: '«teacher»',
    });
    expect(body.titles.find(({ code }: { code: string }) => code === 'nurse').names).not.toHaveProperty('qaa');
    const contact = await installation.as('lin-contact');
    const cells = [
      ['姓名', '性別', '身分證字號', '出生年月日', '職稱'],
      ['王小明', '男', madeUpId('national', 'male', 7_100_001), '0740506', '«teacher»'],
      ['王小華', '男', madeUpId('national', 'male', 7_100_002), '0740506', '«nobody»'],
    ];
    const staged = await contact.post('/teachers/imports', { body: { cells }, headers: { 'Accept-Language': 'qaa' } });
    const faults = staged.body.results.map(({ errors }: { errors: { message: string }[] }) => errors.map(({ message }) => message));
    expect(faults).toEqual([[], ['«Not in the code list»']]);
  });

  it('has the privacy notice', async () => {
    const { body } = await installation.anyone.get('/notice');
    expect(body.text.qaa).toContain('«Personal data notice');
    expect(body.text).not.toHaveProperty('qab');
  });

  it('adds its text to letters if it has letters, with the expiry of the link', async () => {
    await installation.anyone.post('/password-resets', { body: { username: 'wang-head' } });
    const { subject, text } = await mailbox.letter('wang-head@example.test', '#reset=');
    expect(subject).toBe('重設密碼 Set a new password «Set a new password»');
    expect(text.match(/\d{4}-\d\d-\d\d \d\d:\d\d/g)).toHaveLength(3);
    expect(text).toMatch(/請勿回覆。\r?\n[^«]*do not reply\.\r?\n«[^»]*do not reply\.»\s*$/);
  });
});

describe('the settings of a locale', () => {
  const opening = (locales: Parameters<typeof serverLocales>[0]): Promise<unknown> =>
    createInserviceKit({
      store: sqliteStore({ file: `${installation.folder}/none.sqlite` }),
      keys: fileKeys(`${installation.folder}/none.keys`),
      locales: locales!,
    });

  it('are rejected with an invalid tag or an unknown fallback', async () => {
    await expect(opening({ no_tag: { texts: complete } })).rejects.toThrow('not a BCP 47 tag');
    await expect(opening({ qab: { texts: {}, fallback: 'qaa' }, qaa: { texts: complete } })).rejects.toThrow('neither built in nor named');
  });

  it('can replace single texts of a built-in locale', () => {
    const { texts, letters } = serverLocales({ en: { texts: { fields: { required: 'Needed' } }, fallback: 'en' } });
    expect(texts('en').fields).toMatchObject({ required: 'Needed', 'too-short': 'Too short' });
    expect(letters.map(({ tag }) => tag)).toEqual(['zh-Hant', 'en']);
  });

  it('do not compile if a table is incomplete and names no fallback', () => {
    const { notice: _notice, ...incomplete } = complete;
    // @ts-expect-error the notice is missing
    expect(serverLocales({ qaa: { texts: incomplete } }).tags).toContain('qaa');
    // @ts-expect-error an error code that does not exist
    expect(serverLocales({ qaa: { texts: { errors: { nothing: {} } }, fallback: 'en' } }).tags).toContain('qaa');
  });

  it('do not change the code lists of other kits in the process', () => {
    expect(DEFAULT_CODES.titles[0]!.names).toEqual({ 'zh-Hant': '校長', en: 'Principal' });
  });
});
