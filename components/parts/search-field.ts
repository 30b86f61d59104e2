import { html, type TemplateResult } from 'lit';
import type { TypedText } from '../controllers/composing.js';

/** The search field of a list. It searches during input, and on Enter. */
export function searchField(label: unknown, q: string, typed: TypedText): TemplateResult {
  return html`<div class="field search">
    <label for="q">${label}</label>
    <input
      id="q"
      type="search"
      part="input"
      autocomplete="off"
      .value=${q}
      @input=${typed.onInput}
      @compositionend=${typed.onCompositionEnd}
    />
  </div>`;
}
