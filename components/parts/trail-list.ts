import { html, nothing, type TemplateResult } from 'lit';
import type { Codes, TrailEntry } from '../../server/contract/wire.js';
import { taipeiDay } from '../../server/domain/dates.js';
import { codeName, type Locale, type Messages } from '../i18n/locale.js';
import { subjectName } from './subject-name.js';

/** What an entry's values are told with. */
export interface TrailWords {
  t: Messages;
  /** Null where they could not be read, or are not needed: a value is then told as it is kept. */
  codes: Codes | null;
  locale: Locale;
}

type Labels = Partial<Record<string, string>>;

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
/** What has parts of its own is told by the act. */
const isWhole = (value: unknown): boolean => isEmpty(value) || Array.isArray(value) || typeof value !== 'object';

/** A value as the reader knows it; statuses, and titles, mean something else for a teacher than for an account. */
function valueOf({ t, codes, locale }: TrailWords, { target }: TrailEntry, field: string, value: unknown): string {
  if (isEmpty(value)) return t.common.none;
  if (Array.isArray(value)) return value.map((code) => subjectName(codes, String(code), locale)).join(t.common.comma);
  const text = String(value);
  const ofTeacher = target.type === 'teacher';
  const labels: Partial<Record<string, Labels>> = {
    ...{ sex: t.sex, category: t.category, role: t.role, requestedRole: t.role },
    status: ofTeacher ? t.teacherStatus : t.accountStatus,
  };
  if (field === 'title' && ofTeacher) return codeName(codes?.titles, text, locale);
  if (field === 'stage') return codeName(codes?.stages, text, locale);
  if (field === 'on') return t.common.day(text);
  return labels[field]?.[text] ?? text;
}

/** The fields that changed, in words; of what is new, those that hold something. */
export function changesOf(words: TrailWords, entry: TrailEntry): string {
  const { before, after } = entry;
  const { t } = words;
  const fields: Labels = t.field;
  const told = (field: string, value: unknown): string => valueOf(words, entry, field, value);
  return Object.entries(after ?? {})
    .map(([field, value]) => ({ field, value, earlier: before?.[field] }))
    .filter(({ field, value, earlier }) => fields[field] !== undefined && isWhole(value) && isWhole(earlier))
    .filter(({ value, earlier }) => !isEmpty(value) || !isEmpty(earlier))
    .map(({ field, value, earlier }) => {
      const was = before && field in before ? `${told(field, earlier)} → ` : '';
      return `${fields[field]} ${was}${told(field, value)}`;
    })
    .join(t.common.comma);
}

/** A newer server may have actions that this page has no name for. */
export function actionName(t: Messages, action: string): string {
  return (t.action as Partial<Record<string, string>>)[action] ?? action;
}

/** Who did what and when, newest first. */
export function trailList(words: TrailWords, entries: readonly TrailEntry[]): TemplateResult {
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
