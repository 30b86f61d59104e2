/** What the values of a table's fields read, by the kind of each field. */
import { html, type TemplateResult } from 'lit';
import type { Codes } from '../../server/contract/wire.js';
import { isIsoDay } from '../../server/domain/dates.js';
import type { Field } from '../../server/domain/fields.js';
import { codeName, type Locale, type Messages } from '../i18n/locale.js';
import { subjectName } from './subject-name.js';

/** What values are told with. */
export interface FieldTexts {
  t: Messages;
  locale: Locale;
  /** Null where they could not be read, or are not needed: a code then reads as it is. */
  codes: Codes | null;
}

export type Value = string | readonly string[] | null | undefined;

/** A value as a form holds it; an empty text is none. */
export function textOf(value: Value): string {
  return typeof value === 'string' ? value : (value ?? []).join(',');
}

/** A value in words. */
export function valueText({ t, locale, codes }: FieldTexts, field: Field, value: Value): string {
  if (textOf(value) === '') return t.common.none;
  if (Array.isArray(value)) return value.map((code) => subjectName(codes, String(code), locale)).join(t.common.comma);
  const text = textOf(value);
  switch (field.kind) {
    case 'sex':
      return text === 'male' || text === 'female' ? t.sex[text] : text;
    case 'day':
      return isIsoDay(text) ? t.common.day(text) : text;
    case 'code':
      return codeName(codes?.[field.list], text, locale);
    default:
      return text;
  }
}

/** A value in words, with what can be done with it. */
export function valueShown(texts: FieldTexts, field: Field, value: Value): TemplateResult | string {
  const text = valueText(texts, field, value);
  return field.kind === 'email' && typeof value === 'string' && value ? html`<a href="mailto:${value}">${text}</a>` : text;
}
