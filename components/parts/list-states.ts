import { html, type TemplateResult } from 'lit';
import type { Messages } from '../i18n/locale.js';

/** Five grey rows, while the first page is on its way. */
export function greyRows(columns: number): TemplateResult[] {
  return Array.from(
    { length: 5 },
    () =>
      html`<tr class="grey" role="row">
        ${Array.from({ length: columns }, () => html`<td role="cell"><i></i></td>`)}
      </tr>`,
  );
}

/** One sentence and, where there is one, the act that helps. */
export function emptyState(sentence: string, help: unknown, act: unknown): TemplateResult {
  return html`<div class="empty">
    <p>${sentence}</p>
    ${help ? html`<p class="muted">${help}</p>` : ''} ${act}
  </div>`;
}

export type SortDirection = 'ascending' | 'descending' | 'none';

/** Which way `sort` (`name`, `-name`) orders a column. */
export function directionOf(sort: string, column: string): SortDirection {
  if (sort === column) return 'ascending';
  return sort === `-${column}` ? 'descending' : 'none';
}

/** A heading by which the list is sorted. */
export function sortHeading(column: string, label: string, sort: string, resort: (sort: string) => void, look = ''): TemplateResult {
  const direction = directionOf(sort, column);
  const next = direction === 'ascending' ? `-${column}` : column;
  return html`<th class=${look} scope="col" role="columnheader" aria-sort=${direction}>
    <button type="button" @click=${() => resort(next)}>${label}</button>
  </th>`;
}

/** What a screen reader hears once the list is sorted anew. */
export function sortedWords(t: Messages, sort: string): string {
  const column = sort.replace('-', '');
  return t.common.sortedBy((t.field as Record<string, string>)[column] ?? column, sort.startsWith('-'));
}

/** Where the focus goes when a detail closes: its row, the row now in its place where it is gone, the heading where none is left. */
export function returnTo(items: readonly { id: string }[], id: string | undefined, openedAt: number): string {
  const at = items.findIndex((item) => item.id === id);
  const next = items[at >= 0 ? at : Math.min(openedAt, items.length - 1)];
  return next ? `[data-view="${next.id}"]` : '[data-heading]';
}
