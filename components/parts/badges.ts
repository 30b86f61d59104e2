import { html, type TemplateResult } from 'lit';

const SHAPES: Record<string, string> = { active: 'on', roaming: 'roam', pending: 'wait', rejected: 'off', deleted: 'off' };

/** A status, shown by shape and word, never by colour alone. */
export function statusBadge(status: string, word: string): TemplateResult {
  return html`<span class="status ${SHAPES[status] ?? 'off'}" part="badge">${word}</span>`;
}
