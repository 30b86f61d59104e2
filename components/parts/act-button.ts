import { html, nothing, type TemplateResult } from 'lit';
import type { Screen } from '../controllers/screen.js';

/** A button that writes. While writes are blocked it stays visible, says why and does nothing. */
export function actButton(
  screen: Screen,
  label: string,
  act: () => unknown,
  { look = '', name }: { look?: string; name?: string } = {},
): TemplateResult {
  return html`<button
    class="btn ${look}"
    part="button"
    type="button"
    aria-disabled=${screen.blocked}
    aria-label=${name ?? nothing}
    @click=${() => (screen.blocked ? undefined : act())}
  >
    ${label}
  </button>`;
}
