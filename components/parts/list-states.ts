import { html, type TemplateResult } from 'lit';

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
