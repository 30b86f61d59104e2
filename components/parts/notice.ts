/** 個資法 §8: what people are told before they give their data, as the server has it; a page puts its own into the slot. */
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
