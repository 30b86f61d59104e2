import { html, LitElement, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { Client } from '../api/client.js';
import { Screen, type ScreenHost } from '../controllers/screen.js';
import type { PartialMessages } from '../i18n/locale.js';
import '../index.js';
import { fixture } from './harness.js';
import { client, type Kit } from './server.js';

/** A minimal element: it shows who is signed in, and has one input field. */
export class TestScreen extends LitElement implements ScreenHost {
  @property({ attribute: 'base-url' }) baseUrl: string | null = null;
  @property() unit: string | null = null;
  @property({ attribute: false }) getToken: (() => Promise<string>) | undefined;
  @property({ attribute: false }) client: Client | undefined;
  @property({ attribute: false }) messages: PartialMessages | undefined;

  screen = new Screen(this);
  reads = 0;
  name = '';
  typed = '';

  async reload(): Promise<void> {
    this.reads++;
    this.name = (await this.screen.connection!.me()).account?.name ?? '';
    this.requestUpdate();
  }

  forget(): void {
    this.typed = '';
  }

  override render(): TemplateResult {
    const { t } = this.screen;
    return html`${this.screen.render()}
      <p>${t.common.search} ${this.name}</p>
      <label>field <input type="text" /></label><button data-target>target</button>`;
  }
}
customElements.define('test-screen', TestScreen);

export const shown = (kit: Kit = client(), attributes: Record<string, string> = {}): Promise<TestScreen> =>
  fixture('test-screen', kit, attributes);
