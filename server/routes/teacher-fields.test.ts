/** Whatever the table of fields has, each call, view, audit entry and file has too: a new field is tested by its line. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_CODES, type CodeLists } from '../domain/codes.js';
import { cellOf, headingOf } from '../domain/roster-columns.js';
import { isOffered } from '../domain/offered-codes.js';
import { TEACHER_FIELD_NAMES, teacherField, teacherFieldsSetBy, type TeacherField } from '../domain/teacher-fields.js';
import { MadeUpPeople } from '../reference/made-up.js';
import { install, type Client, type Installation } from '../testing/installation.js';

type Value = string | string[];

let installation: Installation;
let contact: Client;
let county: Client;
const people = new MadeUpPeople(77);

beforeAll(async () => {
  installation = await install();
  [contact, county] = await Promise.all([installation.as('lin-contact'), installation.as('county-a')]);
});
afterAll(() => installation.end());

const codes = (list: keyof CodeLists): string[] => DEFAULT_CODES[list].filter(isOffered).map(({ code }) => code);

/** A value for every field; another one for each `nth`. */
function sample(nth: number): Record<TeacherField, Value> {
  const { idKind: _kind, name: _name, ...person } = people.person();
  const value = (name: TeacherField): Value => {
    const field = teacherField(name);
    switch (field.kind) {
      case 'name':
        return `陳${'甲乙丙丁'[nth]!}明`;
      case 'text':
        return `${name.slice(0, field.max - 2)} ${nth}`;
      case 'note':
        return `${name} ${nth}\n第二行`;
      case 'email':
        return `somebody.${nth}@example.test`;
      case 'phone':
        return `02-2345-678${nth}`;
      case 'day':
        return `2020-02-0${nth + 1}`;
      case 'code':
        return codes(field.list)[nth % codes(field.list).length]!;
      case 'subjects':
        return [`elementary.${['arts', 'english'][nth % 2]!}`, 'elementary.mandarin'];
      case 'sex':
      case 'identity-number':
        return '';
    }
  };
  return { ...(Object.fromEntries(TEACHER_FIELD_NAMES.map((name) => [name, value(name)])) as Record<TeacherField, Value>), ...person };
}

const picked = (values: Record<TeacherField, Value>, names: readonly TeacherField[]): Record<string, Value> =>
  Object.fromEntries(names.map((name) => [name, values[name]]));

async function registered(values: Record<TeacherField, Value>): Promise<{ id: string; version: number }> {
  const { status, body } = await contact.post('/teachers', { body: picked(values, teacherFieldsSetBy('registration')) });
  expect(status, JSON.stringify(body)).toBe(201);
  return body as { id: string; version: number };
}

/** How much of a value somebody was shown. */
function sightOf(shown: unknown, value: Value): 'whole' | 'masked' | 'nothing' {
  if (shown === undefined || shown === null || (Array.isArray(shown) && shown.length === 0)) return 'nothing';
  return JSON.stringify(shown) === JSON.stringify(value) ? 'whole' : 'masked';
}

const sights = (body: Record<string, unknown>, values: Record<TeacherField, Value>) =>
  Object.fromEntries(TEACHER_FIELD_NAMES.map((name) => [name, sightOf(body[name], values[name])]));
const due = (reader: 'unit' | 'above' | 'audit') =>
  Object.fromEntries(TEACHER_FIELD_NAMES.map((name) => [name, teacherField(name).privacy[reader]]));

describe('every field of the table', () => {
  it('is shown in the unit and above it by its privacy rule after a registration', async () => {
    const values = sample(0);
    const { id } = await registered(values);
    expect(sights((await contact.get(`/teachers/${id}`)).body, values)).toEqual(due('unit'));
    expect(sights((await county.get(`/teachers/${id}`)).body, values)).toEqual(due('above'));
  });

  it('is audited by its privacy rule, and shown above the unit no further than the field itself', async () => {
    const values = sample(1);
    const { id } = await registered(values);
    const [entry] = (await contact.get(`/audit?target=${id}&action=teacher.register`)).body.items;
    expect(sights(entry.after, values)).toEqual(due('audit'));
    const unit = (await county.get('/units?q=014501')).body.items[0];
    const [above] = (await county.get(`/audit?unit=${unit.id}&target=${id}&action=teacher.register`)).body.items;
    for (const name of TEACHER_FIELD_NAMES) {
      const { above: allowed } = teacherField(name).privacy;
      const shown = sightOf(above.after[name], values[name]);
      expect([allowed, 'nothing'], `${name} is shown ${shown}`).toContain(shown);
    }
  });

  it('is changed only by the calls that set it', async () => {
    const { id, version } = await registered(sample(0));
    const values = sample(1);
    const settable = teacherFieldsSetBy('update');
    const { status, body } = await contact.patch(`/teachers/${id}`, { body: picked(values, settable), etag: `"${version}"` });
    expect([status, picked(body, settable)]).toEqual([200, picked(values, settable)]);
    for (const name of TEACHER_FIELD_NAMES.filter((each) => !(settable as string[]).includes(each))) {
      const refused = await contact.patch(`/teachers/${id}`, { body: picked(values, [name]), etag: `"${version + 1}"` });
      expect(refused.body.errors).toMatchObject([{ path: name, code: 'unknown-field' }]);
    }
  });

  it('has its column in an export, by its privacy rule', async () => {
    const values = sample(2);
    const { id } = await registered(values);
    const file = String((await contact.get(`/teachers/export?format=csv&ids=${id}`)).body).replace(/^\uFEFF/, '');
    const headings = file.split('\r\n')[0]!.split(',');
    for (const name of TEACHER_FIELD_NAMES) {
      const { kind, privacy } = teacherField(name);
      expect(headings.includes(headingOf(name)), name).toBe(privacy.unit !== 'nothing');
      if (kind === 'note' || privacy.unit !== 'whole') continue;
      expect(file, name).toContain(cellOf(DEFAULT_CODES, teacherField(name), values[name]));
    }
  });

  it('has its column in the template, and is imported from a staff list', async () => {
    const template = await contact.get('/teachers/imports/template?format=csv');
    const values = sample(3);
    const names = TEACHER_FIELD_NAMES;
    for (const name of names) expect(template.body).toContain(headingOf(name));
    const cells = [names.map(headingOf), names.map((name) => cellOf(DEFAULT_CODES, teacherField(name), values[name]))];
    const staged = await contact.post('/teachers/imports', { body: { cells } });
    expect(staged.body.results).toMatchObject([{ outcome: 'new', errors: [] }]);
    await contact.post(`/teachers/imports/${staged.body.id}/commit`, { body: { mode: 'valid' } });
    const [{ id }] = (await contact.get(`/teachers?q=${encodeURIComponent(String(values.name))}`)).body.items;
    expect(sights((await contact.get(`/teachers/${id}`)).body, values)).toEqual(due('unit'));
  });

  it('is part of the OpenAPI document', async () => {
    const { body } = await contact.get('/openapi.json');
    const bodyOf = (path: string, method: string) => body.paths[path][method].requestBody.content['application/json'].schema.properties;
    expect(Object.keys(bodyOf('/teachers', 'post'))).toEqual(teacherFieldsSetBy('registration'));
    expect(Object.keys(bodyOf('/teachers/{id}', 'patch'))).toEqual(teacherFieldsSetBy('update'));
  });
});
