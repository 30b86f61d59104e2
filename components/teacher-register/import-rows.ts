/** The rows of an import, and the cells in which they are corrected. */
import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { Codes, Import, ImportResult } from '../../server/contract/wire.js';
import type { ImportField } from '../../server/domain/import-columns.js';
import { isOffered } from '../../server/domain/offered-codes.js';
import { teacherField } from '../../server/domain/teacher-fields.js';
import { isComposing } from '../controllers/composing.js';
import { textIn, type Locale, type Messages } from '../i18n/locale.js';
import { pager } from '../parts/pager.js';

export const FILTERS = ['invalid', 'new', 'updated', 'transfer', 'same', 'skipped'] as const;
/** Which rows are shown. */
export type Filter = (typeof FILTERS)[number];

export interface RowActs {
  typed: (row: number, field: ImportField) => string | undefined;
  type: (row: number, field: ImportField, text: string) => void;
  mend: (row: number) => void;
  skip: (row: number, skip: boolean) => void;
}

export interface RowsState {
  filter: Filter;
  page: number;
  pageSize: number;
  blocked: boolean;
}

/** The number of rows without paging. */
const SMALL = 10;

const shows = (filter: Filter, { skipped, outcome }: ImportResult): boolean =>
  filter === 'skipped' ? skipped : !skipped && outcome === filter;

export function rowsTable(
  t: Messages,
  locale: Locale,
  shown: Import,
  codes: Codes | null,
  { filter, page, pageSize, blocked }: RowsState,
  acts: RowActs,
  turn: { go: (page: number) => void; resize: (size: number) => void },
): TemplateResult {
  const all = shown.results.filter((result) => shows(filter, result));
  const pageCount = Math.max(1, Math.ceil(all.length / pageSize));
  const at = Math.min(page, pageCount);
  const results = all.slice((at - 1) * pageSize, at * pageSize);
  return html`<table class="rows" role="table" part="table" tabindex="-1" data-rows>
      <caption>
        ${t.import.filters[filter]} ${all.length}
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          <th scope="col" role="columnheader">${t.import.row}</th>
          <th scope="col" role="columnheader">${t.field.name}</th>
          <th scope="col" role="columnheader">${t.import.what}</th>
          <th scope="col" role="columnheader">${t.common.actions}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${results.map((result) => keyed(result.row, rowOf(t, locale, result, codes, blocked, acts)))}
        ${
          results.length === 0
            ? html`<tr role="row">
                <td role="cell" colspan="4">${t.import.none}</td>
              </tr>`
            : nothing
        }
      </tbody>
    </table>
    ${all.length > SMALL ? pager(t, { page: at, pageCount, pageSize }, turn.go, turn.resize) : nothing}`;
}

function rowOf(t: Messages, locale: Locale, result: ImportResult, codes: Codes | null, blocked: boolean, acts: RowActs): TemplateResult {
  const { row, name, skipped, errors, outcome, differs, returns } = result;
  const wrong = !skipped && errors.length > 0;
  const words = (): string => {
    if (differs.length > 0) return t.import.differs(differs.map((field) => fieldName(t, field)).join(t.common.comma));
    return returns ? t.import.returns : t.import.outcome[outcome];
  };
  return html`<tr role="row" class=${wrong ? 'wrong' : ''}>
    <td role="cell" class="number"><span class="visually-hidden">${t.import.row} </span>${row}</td>
    <th scope="row" role="rowheader">${name || '—'}</th>
    <td role="cell" class="what">
      ${wrong ? mending(t, locale, result, codes, blocked, acts) : html`${words()}${returns && differs.length > 0 ? ` · ${t.import.returns}` : nothing}`}
    </td>
    <td role="cell">
      <button
        class="btn quiet"
        part="button"
        type="button"
        aria-disabled=${blocked}
        aria-label=${skipped ? t.import.unskipOf(row) : t.import.skipOf(row)}
        @click=${() => (blocked ? undefined : acts.skip(row, !skipped))}
      >
        ${skipped ? t.import.unskip : t.import.skip}
      </button>
    </td>
  </tr>`;
}

/** The label of a field of a staff list; a newer server may have fields that this page has no label for. */
export function fieldName(t: Messages, field: string): string {
  return field === 'id' ? t.import.number : ((t.field as Partial<Record<string, string>>)[field] ?? field);
}

/** Each wrong cell with its fault and a field for the correction; Enter checks the row again. */
function mending(
  t: Messages,
  locale: Locale,
  { row, errors }: ImportResult,
  codes: Codes | null,
  blocked: boolean,
  acts: RowActs,
): TemplateResult {
  const fields = [...new Set(errors.map(({ column }) => column).filter((column) => column !== null))];
  const general = errors.filter(({ column }) => column === null);
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    if (!blocked) acts.mend(row);
  };
  return html`${general.map(({ message }) => html`<p class="fault">${message}</p>`)}
  ${
    fields.length === 0
      ? nothing
      : html`<form class="mend" novalidate autocomplete="off" @submit=${onSubmit}>
          ${fields.map((field) =>
            cell(
              t,
              locale,
              row,
              field,
              errors.filter(({ column }) => column === field),
              codes,
              acts,
            ),
          )}
          <button class="btn" part="button" type="submit" aria-disabled=${blocked}>${t.import.mend}</button>
        </form>`
  }`;
}

function cell(
  t: Messages,
  locale: Locale,
  row: number,
  field: ImportField,
  errors: ImportResult['errors'],
  codes: Codes | null,
  acts: RowActs,
): TemplateResult {
  const value = errors[0]!.value;
  const id = `mend-${row}-${field}`;
  const typed = acts.typed(row, field) ?? value;
  const choices = choicesOf(t, locale, field, codes);
  const onInput = (event: Event): void => acts.type(row, field, (event.target as HTMLInputElement).value);
  const onKeydown = (event: KeyboardEvent): void => {
    if (isComposing(event)) event.stopPropagation();
  };
  return html`<div class="field">
    <label for=${id}>${fieldName(t, field)}</label>
    ${
      choices
        ? html`<select id=${id} part="input" data-mend=${row} aria-invalid="true" aria-describedby="${id}-fault" @change=${onInput}>
            <option value=${value} ?selected=${!choices.some((choice) => choice === typed)}>${value || t.import.empty}</option>
            ${choices.map((choice) => html`<option value=${choice} ?selected=${choice === typed}>${choice}</option>`)}
          </select>`
        : html`<input
            id=${id}
            part="input"
            data-mend=${row}
            aria-invalid="true"
            aria-describedby="${id}-fault"
            autocomplete="off"
            spellcheck="false"
            autocapitalize=${field === 'nationalId' ? 'characters' : 'off'}
            .value=${typed}
            @input=${onInput}
            @keydown=${onKeydown}
          />`
    }
    <p class="fault" id="${id}-fault">${errors.map(({ message }) => message).join(t.common.comma)}</p>
  </div>`;
}

function choicesOf(t: Messages, locale: Locale, field: ImportField, codes: Codes | null): string[] | null {
  if (field === 'id') return null;
  const line = teacherField(field);
  if (line.kind === 'sex') return [t.sex.male, t.sex.female];
  if (!codes || line.kind !== 'code') return null;
  return codes[line.list].filter(isOffered).map(({ names }) => textIn(names, locale));
}
