import { html, nothing, type TemplateResult } from 'lit';
import type { TrailEntry } from '../../server/contract/wire.js';
import { ACCOUNT_FIELDS } from '../../server/domain/account-fields.js';
import { taipeiDay } from '../../server/domain/dates.js';
import type { FieldTable } from '../../server/domain/fields.js';
import { TEACHER_FIELDS } from '../../server/domain/teacher-fields.js';
import type { Messages } from '../i18n/locale.js';
import { valueText, type FieldTexts } from './field-text.js';

type Labels = Partial<Record<string, string>>;

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
/** Values with parts of their own are described by the action. */
const isWhole = (value: unknown): boolean => isEmpty(value) || Array.isArray(value) || typeof value !== 'object';

/** A value in words; statuses and titles of teachers and accounts differ. */
function valueOf(texts: FieldTexts, { target }: TrailEntry, name: string, value: unknown): string {
  const { t } = texts;
  if (isEmpty(value)) return t.common.none;
  const text = String(value);
  const ofTeacher = target.type === 'teacher';
  const fields: FieldTable = ofTeacher ? TEACHER_FIELDS : ACCOUNT_FIELDS;
  const field = fields[name];
  if (field) return valueText(texts, field, Array.isArray(value) ? value.map(String) : text);
  const labels: Partial<Record<string, Labels>> = {
    category: t.category,
    role: t.role,
    requestedRole: t.role,
    status: ofTeacher ? t.teacherStatus : t.accountStatus,
  };
  if (name === 'on') return t.common.day(text);
  return labels[name]?.[text] ?? text;
}

/** The changed fields in words; of a new record, those with a value. */
export function changesOf(words: FieldTexts, entry: TrailEntry): string {
  const { before, after } = entry;
  const { t } = words;
  const fields: Labels = t.field;
  const wordsFor = (field: string, value: unknown): string => valueOf(words, entry, field, value);
  return Object.entries(after ?? {})
    .map(([field, value]) => ({ field, value, earlier: before?.[field] }))
    .filter(({ field, value, earlier }) => fields[field] !== undefined && isWhole(value) && isWhole(earlier))
    .filter(({ value, earlier }) => !isEmpty(value) || !isEmpty(earlier))
    .map(({ field, value, earlier }) => {
      const was = before && field in before ? `${wordsFor(field, earlier)} → ` : '';
      return `${fields[field]} ${was}${wordsFor(field, value)}`;
    })
    .join(t.common.comma);
}

/** A newer server may have actions that this page has no name for. */
export function actionName(t: Messages, action: string): string {
  return (t.action as Partial<Record<string, string>>)[action] ?? action;
}

/** Who did what and when, newest first. */
export function trailList(words: FieldTexts, entries: readonly TrailEntry[]): TemplateResult {
  const { t } = words;
  if (entries.length === 0) return html`<p class="muted">${t.common.trailEmpty}</p>`;
  return html`<ul class="trail">
    ${entries.map((entry) => {
      const changes = changesOf(words, entry);
      return html`<li>
        <b>${actionName(t, entry.action)}</b>${entry.outcome === 'denied' ? t.common.paren(t.denied) : nothing} ·
        ${t.common.day(taipeiDay(entry.at))} ${entry.actor?.name ?? ''} ${changes ? html`<br />${changes}` : nothing}
        ${entry.reason ? html`<br />${t.common.reason}${t.common.colon}${entry.reason}` : nothing}
      </li>`;
    })}
  </ul>`;
}
