/** A page of a list as a table, with its states: loading, reloading, empty, loaded. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Detail } from '../controllers/detail.js';
import type { ListPage, ListQuery, PagedList } from '../controllers/paged-list.js';
import type { Screen } from '../controllers/screen.js';
import type { Messages } from '../i18n/locale.js';
import { pager } from './pager.js';

export interface Column<Item> {
  label: string;
  /** The field by which the heading sorts the list; without it, the heading does not sort. */
  sort?: string;
  /** CSS class of the heading and its cells. */
  look?: string;
  /** The content of an item's cell; the first column is the row heading. */
  cell: (item: Item) => unknown;
  /** CSS class of one cell. */
  lookOf?: (item: Item) => string;
}

export interface ListOptions<Item> {
  caption: string;
  columns: readonly Column<Item>[];
  /** Shown instead of the table if there are no rows. */
  empty: () => TemplateResult;
  /** Shown between the search and the table. */
  above?: unknown;
}

type Listed<Page extends ListPage> = Pick<PagedList<ListQuery, Page>, 'value' | 'loading' | 'query' | 'sort' | 'go' | 'resize'>;

/** The list, and the detail of the open row beside it. */
export function masterDetail<Page extends ListPage>(
  screen: Screen,
  list: Listed<Page>,
  detail: Detail,
  options: ListOptions<Page['items'][number]>,
): TemplateResult {
  const { panel } = detail;
  return html`<div class="split ${panel ? 'open' : ''}">
    <div class="list" aria-busy=${list.loading}>${renderList(screen, list, detail, options)}</div>
    ${panel ? html`<section class="panel" part="panel" aria-labelledby="panel-heading" @keydown=${panel.onKeydown}>${panel.render()}</section>` : nothing}
  </div>`;
}

function renderList<Page extends ListPage>(
  screen: Screen,
  list: Listed<Page>,
  detail: Detail,
  { caption, columns, empty, above }: ListOptions<Page['items'][number]>,
): TemplateResult | typeof nothing {
  const { t } = screen;
  const { value, loading, query } = list;
  if (!value && !loading) return nothing;
  const none = value?.items.length === 0;
  screen.flag('empty', none);
  const bar = loading && value ? html`<div class="bar"></div>` : nothing;
  if (none) return html`${bar} ${empty()}`;
  return html`${bar} ${above}
    <table role="table" part="table" tabindex="-1">
      <caption>
        ${value ? `${caption} · ${t.common.byStroke}` : t.common.loading}
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map((column) => heading(column, query.sort, list.sort))}
          <th scope="col" role="columnheader"><span class="visually-hidden">${t.common.actions}</span></th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${value ? value.items.map((item) => row(t, item, columns, detail)) : greyRows(columns.length + 1)}
      </tbody>
    </table>
    ${value ? pager(t, value, list.go, list.resize) : nothing}`;
}

function heading({ label, sort: column, look = '' }: Column<never>, sort: string, resort: (sort: string) => unknown): TemplateResult {
  if (!column) return html`<th class=${look} scope="col" role="columnheader">${label}</th>`;
  const direction = sort === column ? 'ascending' : sort === `-${column}` ? 'descending' : 'none';
  const next = direction === 'ascending' ? `-${column}` : column;
  return html`<th class=${look} scope="col" role="columnheader" aria-sort=${direction}>
    <button type="button" @click=${() => resort(next)}>${label}</button>
  </th>`;
}

function row<Item extends ListPage['items'][number]>(
  t: Messages,
  item: Item,
  [name, ...others]: readonly Column<Item>[],
  { panel, open }: Detail,
): TemplateResult {
  return html`<tr role="row" part="row" aria-current=${panel?.id === item.id ? 'true' : nothing}>
    <th scope="row" role="rowheader">${name!.cell(item)}</th>
    ${others.map(({ look = '', lookOf, cell }) => html`<td role="cell" class="${look} ${lookOf?.(item) ?? ''}">${cell(item)}</td>`)}
    <td role="cell">
      <button
        class="btn"
        part="button"
        type="button"
        data-view=${item.id}
        aria-label=${t.common.viewOf(item.name)}
        @click=${() => open(item.id)}
      >
        ${t.common.view}
      </button>
    </td>
  </tr>`;
}

/** Shown while the first page loads. */
function greyRows(columns: number): TemplateResult[] {
  return Array.from(
    { length: 5 },
    () =>
      html`<tr class="grey" role="row">
        ${Array.from({ length: columns }, () => html`<td role="cell"><i></i></td>`)}
      </tr>`,
  );
}
