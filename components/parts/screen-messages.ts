import { html, nothing, type TemplateResult } from 'lit';
import type { Messages } from '../i18n/locale.js';
import { errorBox, type ShownError } from './error-box.js';

/** What was saved, and when. */
export interface Notice {
  text: string;
  at: string;
  undo?: (() => Promise<void>) | undefined;
}

interface ShownMessages {
  said: string;
  alert: string;
  offline: boolean;
  uncertain: boolean;
  notice: Notice | null;
  error: ShownError | null;
}

/** The live regions and the visible notices of an element. */
export function screenMessages(
  t: Messages,
  { said, alert, offline, uncertain, notice, error }: ShownMessages,
  { signIn, say }: { signIn: () => void; say: (text: string) => void },
): TemplateResult {
  return html`
    <div class="said" role="status">${said}</div>
    <div class="said" role="alert">${alert}</div>
    ${offline ? html`<p class="notice bad">${t.problem.offline}</p>` : nothing}
    ${uncertain ? html`<p class="notice">${t.problem.uncertain}</p>` : nothing}
    ${
      notice
        ? html`<div class="notice" part="notice">
            <p class="grow">${notice.text} · ${notice.at}</p>
            ${notice.undo ? html`<button class="btn" part="button" type="button" @click=${notice.undo}>${t.common.undo}</button>` : nothing}
          </div>`
        : nothing
    }
    ${error ? errorBox(t, error, signIn, say) : nothing}
  `;
}
