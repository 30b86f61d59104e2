/** The values of a table's fields in words, by the kind of each field. */
import { html, type TemplateResult } from 'lit';
import type { Codes } from '../../server/contract/wire.js';
import { isIsoDay } from '../../server/domain/dates.js';
import type { Field } from '../../server/domain/fields.js';
import { codeName, type Locale, type Messages } from '../i18n/locale.js';
import { subjectName } from './subject-name.js';

/** What is needed to show values in words. */
export interface FieldTexts {
  t: Messages;
  locale: Locale;
  /** Null if they could not be read or are not needed; codes are then shown as they are. */
  codes: Codes | null;
}

export type Value = string | readonly string[] | null | undefined;

/** A value as a form has it; an empty text is no value. */
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

/** A value in words, with its controls. */
export function valueShown(texts: FieldTexts, field: Field, value: Value): TemplateResult | string {
  const text = valueText(texts, field, value);
  return field.kind === 'email' && typeof value === 'string' && value ? html`<a href="mailto:${value}">${text}</a>` : text;
}
