import { html, type TemplateResult } from 'lit';
import type { TypedText } from '../controllers/composing.js';

/** The field in which a list is searched while somebody types; its form searches by Enter. */
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
