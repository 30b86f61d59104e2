/** What narrows the roster: its numbers, and the search with its filters. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Codes, TeacherPage } from '../../server/contract/wire.js';
import type { TeacherStatus } from '../../server/domain/teachers.js';
import type { ListQuery, PagedList } from '../controllers/paged-list.js';
import type { Screen } from '../controllers/screen.js';
import { codeName, textIn, type Messages } from '../i18n/locale.js';
import { searchField } from '../parts/search-field.js';

export interface Filters extends ListQuery {
  subject: string;
  stage: string;
  status: TeacherStatus | '';
  departed: boolean;
}

export const NO_FILTERS: Filters = { q: '', subject: '', stage: '', status: '', departed: false, sort: 'name', page: 1 };

type Refine = (change: Partial<Filters>) => Promise<void>;

/** The manual's numbers as one sum; each is a filter. */
export function rosterSum(
  t: Messages,
  summary: TeacherPage['summary'] | undefined,
  filters: Filters,
  look: string,
  refine: Refine,
): TemplateResult | typeof nothing {
  if (!summary) return nothing;
  const { total, applied, pending, teachers, staff, roaming } = summary;
  const number = (status: TeacherStatus | '', label: string, count: number): TemplateResult =>
    html`<button
      type="button"
      aria-pressed=${filters.status === status && !filters.departed}
      @click=${() => refine({ status, departed: false })}
    >
      ${label} <b>${count}</b> ${t.roster.people}
    </button>`;
  return html`<div class="sum ${look}" role="group" aria-label=${t.roster.total}>
    ${number('', t.roster.total, total)}<span class="muted" aria-hidden="true">=</span>
    <span>${t.roster.applied} <b>${applied}</b> ${t.roster.people}</span
    ><small>${t.common.paren(t.roster.parts(teachers, staff, roaming))}</small>
    <span class="muted" aria-hidden="true">+</span> ${number('pending', t.roster.pending, pending)}
  </div>`;
}

export function rosterFilters(
  { t, locale }: Screen,
  { query, typed, onSearch, search }: Pick<PagedList<Filters, TeacherPage>, 'query' | 'typed' | 'onSearch' | 'search'>,
  codes: Codes | null,
  look: string,
): TemplateResult {
  const { q, subject, stage, departed, status, sort } = query;
  const stages = codes?.stages ?? [];
  const nameOfStage = (code: string): string => codeName(stages, code, locale);
  const taught = codes?.subjects.filter((item) => item.stage === stage || stage === '') ?? [];
  const select = (
    name: 'stage' | 'subject',
    label: string,
    all: string,
    options: readonly (readonly [code: string, label: string])[],
  ): TemplateResult => {
    const choose = (event: Event): void => {
      const { value } = event.target as HTMLSelectElement;
      void search(name === 'stage' ? { stage: value, subject: '' } : { subject: value });
    };
    return html`<div class="field">
      <label for=${name}>${label}</label>
      <select id=${name} part="input" @change=${choose}>
        <option value="" ?selected=${query[name] === ''}>${all}</option>
        ${options.map(([code, words]) => html`<option value=${code} ?selected=${code === query[name]}>${words}</option>`)}
      </select>
    </div>`;
  };
  const show = (each: boolean): TemplateResult =>
    html`<button type="button" aria-pressed=${departed === each} @click=${() => search({ departed: each, status: '' })}>
      ${each ? t.roster.departed : t.roster.present}
    </button>`;
  const filtered = q !== '' || subject !== '' || stage !== '' || status !== '' || departed;
  return html`<form class="tools ${look}" role="search" aria-label=${t.roster.advanced} @submit=${onSearch}>
    ${searchField(html`${t.roster.search}<span class="hint">${t.common.paren(t.roster.searchHint)}</span>`, q, typed)}
    ${select(
      'stage',
      t.roster.stage,
      t.roster.allStages,
      stages.map((item) => [item.code, textIn(item.names, locale)]),
    )}
    ${select(
      'subject',
      t.roster.subject,
      t.roster.allSubjects,
      taught.map((item) => [
        item.code,
        stage === '' ? `${nameOfStage(item.stage)} ${textIn(item.names, locale)}` : textIn(item.names, locale),
      ]),
    )}
    <button class="btn" part="button" type="submit">${t.common.search}</button>
    <div class="segments" role="group" aria-label=${t.roster.show}>${show(false)}${show(true)}</div>
    ${filtered ? html`<button class="btn quiet" part="button" type="button" @click=${() => search({ ...NO_FILTERS, sort })}>${t.common.clear}</button>` : nothing}
  </form>`;
}
