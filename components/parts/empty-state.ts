import { html, type TemplateResult } from 'lit';

/** One sentence and, if there is one, a suitable action. */
export function emptyState(sentence: string, help: unknown, act: unknown): TemplateResult {
  return html`<div class="empty">
    <p>${sentence}</p>
    ${help ? html`<p class="muted">${help}</p>` : ''} ${act}
  </div>`;
}
