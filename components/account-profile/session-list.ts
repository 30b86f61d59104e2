/** The sessions of the caller, and the export of the caller's own data. */
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { Sessions } from '../../server/contract/wire.js';
import type { Screen } from '../controllers/screen.js';
import { save } from '../parts/download.js';
import { when } from '../parts/when.js';

export class SessionList {
  #items: Sessions['items'] = [];

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly screen: Screen,
  ) {}

  forget(): void {
    this.#items = [];
  }

  async read(): Promise<void> {
    this.#items = (await this.screen.client.call('GET /me/sessions').catch(() => null))?.items ?? [];
    this.host.requestUpdate();
  }

  async #end(id: string): Promise<void> {
    const acted = await this.screen.act('session.end', [], (client, more) => client.call('DELETE /me/sessions/:id', { ...more, id }));
    if (!acted.ok) return;
    await this.read();
    this.screen.saved(this.screen.t.profile.endedOne);
    this.screen.focus('[data-sessions]');
  }

  #download = async (): Promise<void> => {
    const acted = await this.screen.act('account.read', [], (client) => client.download('GET /me/data'));
    if (acted.ok) save(acted.value);
  };

  render(level: number): TemplateResult {
    const { t } = this.screen;
    return html`<section class="form">
      ${
        this.#items.length > 0
          ? html`<div class="subtitle" role="heading" aria-level=${level} tabindex="-1" data-sessions>${t.profile.sessions}</div>
              <ul class="sessions">
                ${this.#items.map(
                  ({ id, kind, address, seenAt, current }) =>
                    html`<li>
                      <div>
                        <strong>${kind === 'bearer' ? t.profile.page : current ? t.profile.here : t.profile.elsewhere}</strong>
                        <div class="hint">${t.profile.seen(when(t, seenAt), address ?? '')}</div>
                      </div>
                      ${
                        current
                          ? nothing
                          : html`<button class="btn" part="button" type="button" @click=${() => void this.#end(id)}>
                              ${t.profile.endOne}
                            </button>`
                      }
                    </li>`,
                )}
              </ul>`
          : nothing
      }
      <div class="subtitle" role="heading" aria-level=${level}>${t.profile.data}</div>
      <p class="hint">${t.profile.dataHint}</p>
      <div class="acts"><button class="btn" part="button" type="button" @click=${this.#download}>${t.profile.download}</button></div>
    </section>`;
  }
}
