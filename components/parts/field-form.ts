/** Form controls for the fields of a table, by the kind of each field. */
import type { TemplateResult } from 'lit';
import { ACCOUNT_FIELDS, type AccountField } from '../../server/domain/account-fields.js';
import { isIsoDay, readDay } from '../../server/domain/dates.js';
import type { Field, FieldTable } from '../../server/domain/fields.js';
import { isOffered } from '../../server/domain/offered-codes.js';
import { textIn, type Messages } from '../i18n/locale.js';
import { boxesOf, dateField, dayBoxes } from './date-field.js';
import { textOf, valueText, type FieldTexts, type Value } from './field-text.js';
import { radioField, selectField, textField, type FieldOptions, type FormState, type OnInput } from './fields.js';

/** Values as a form holds them. */
export function formValues<N extends string>(names: readonly N[], values: Readonly<Record<N, Value>>): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, textOf(values[name])]));
}

/** A value of a form, as a value of the body. */
function sentValue(field: Field | undefined, text: string): string | string[] {
  switch (field?.kind) {
    case 'subjects':
      return text.split(',').filter(Boolean);
    case 'day':
      return readDay(text) ?? text;
    default:
      return text;
  }
}

/** The input, as the body of a call. */
export function sentValues(fields: FieldTable, typed: Readonly<Record<string, string>>): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(typed).map(([name, text]) => [name, sentValue(fields[name], text)]));
}

/** A value of a form in words: the name of a code, a day as readers write it. */
export function typedText(texts: FieldTexts, fields: FieldTable, name: string, text: string): string {
  const field = fields[name];
  return field ? valueText(texts, field, sentValue(field, text)) : text;
}

const TYPES = { email: 'email', phone: 'tel' } as const;

/** The three fields of a date; partial input is kept as typed, `74/5/6`. */
function dayControl(t: Messages, { values, faults }: FormState, name: string, label: string, onInput: OnInput): TemplateResult {
  const names = dayBoxes(name);
  const text = values[name] ?? '';
  const typed = text.split('/');
  const boxes = isIsoDay(text) ? boxesOf(name, text) : Object.fromEntries(names.map((box, at) => [box, typed[at] ?? '']));
  return dateField(t, { values: boxes, faults }, { name, label, echo: (day) => t.common.dayLong(day) }, (changed) => {
    const all = names.map((box) => (changed[box] ?? boxes[box] ?? '').trim());
    onInput(name, all.some((part) => part !== '') ? all.join('/') : '');
  });
}

/** The control of a field; subjects have their own editor. `held` is the former value, which stays available. */
export function fieldControl(
  { t, locale, codes }: FieldTexts,
  form: FormState,
  name: keyof Messages['field'],
  field: Exclude<Field, { kind: 'subjects' }>,
  onInput: OnInput,
  { held, ...more }: Partial<FieldOptions> & { held?: string | null } = {},
): TemplateResult {
  const { required } = field;
  const label = t.field[name];
  switch (field.kind) {
    case 'sex':
      return radioField(
        form,
        { name, label, choices: (['male', 'female'] as const).map((value) => ({ value, label: t.sex[value] })) },
        onInput,
      );
    case 'day':
      return dayControl(t, form, name, label, onInput);
    case 'code': {
      const choices = (codes?.[field.list] ?? [])
        .filter((item) => isOffered(item) || item.code === held)
        .map(({ code, names }) => ({ value: code, label: textIn(names, locale) }));
      return selectField(form, { name, label, choices, required, ...(required ? {} : { empty: t.register.choose }) }, onInput);
    }
    case 'note':
      return textField(t, form, { name, label, lines: true, ...more }, onInput);
    default: {
      const type = field.kind === 'email' || field.kind === 'phone' ? TYPES[field.kind] : 'text';
      return textField(t, form, { name, label, type, ...(required ? { required } : { optional: true }), ...more }, onInput);
    }
  }
}

const AUTOCOMPLETE: Partial<Record<AccountField, FieldOptions['autocomplete']>> = {
  name: 'name',
  title: 'organization-title',
  email: 'email',
  phone: 'tel',
};

/** The control of a field in the own profile, with autocomplete. */
export function profileControl(texts: FieldTexts, form: FormState, name: AccountField, onInput: OnInput): TemplateResult {
  const autocomplete = AUTOCOMPLETE[name];
  return fieldControl(texts, form, name, ACCOUNT_FIELDS[name], onInput, autocomplete ? { autocomplete } : {});
}
