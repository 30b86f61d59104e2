import { html, type TemplateResult } from 'lit';
import type { Messages } from '../i18n/locale.js';

const SIZES = [10, 20, 50, 100, 200];

export interface PagerState {
  page: number;
  pageCount: number;
  pageSize: number;
}

/** Paging instead of endless scrolling, so that screen readers, print and the browser's search reach the rows. */
export function pager(
  t: Messages,
  { page, pageCount, pageSize }: PagerState,
  go: (page: number) => unknown,
  resize: (size: number) => unknown,
): TemplateResult {
  const sizes = SIZES.includes(pageSize) ? SIZES : [...SIZES, pageSize].sort((a, b) => a - b);
  const step = (to: number, label: string, mark: string): TemplateResult => {
    const off = to < 1 || to > pageCount;
    return html`<button
      class="btn"
      part="button"
      type="button"
      aria-disabled=${off ? 'true' : 'false'}
      @click=${() => (off ? undefined : go(to))}
    >
      ${mark === '‹' ? `‹ ${label}` : `${label} ›`}
    </button>`;
  };
  return html`<div class="pager" part="pagination">
    <label>
      ${t.common.pageSize}
      <select part="input" @change=${(event: Event) => resize(Number((event.target as HTMLSelectElement).value))}>
        ${sizes.map((size) => html`<option value=${size} ?selected=${size === pageSize}>${size}</option>`)}
      </select>
    </label>
    <nav aria-label=${t.common.pages}>
      ${step(page - 1, t.common.previous, '‹')}<span>${t.common.page(page, pageCount)}</span>${step(page + 1, t.common.next, '›')}
    </nav>
  </div>`;
}
