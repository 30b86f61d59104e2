/** The notice under 個資法 §8 before personal data are entered, from the server; a page may use the slot for its own. */
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { Notice } from '../../server/contract/wire.js';
import type { Screen } from '../controllers/screen.js';
import { textIn } from '../i18n/locale.js';

export class NoticeText {
  #notice: Notice | null = null;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly screen: Screen,
  ) {}

  #onToggle = async (): Promise<void> => {
    this.#notice ??= await this.screen.client.call('GET /notice').catch(() => null);
    this.host.requestUpdate();
  };

  render(): TemplateResult {
    const { t, locale } = this.screen;
    return html`<details @toggle=${this.#onToggle}>
      <summary>${t.common.notice}</summary>
      <slot name="notice"><p class="hint">${this.#notice ? textIn(this.#notice.text, locale) : nothing}</p></slot>
    </details>`;
  }
}
