/** Search of a unit by two characters, as one field with its results; the choice is a button, not a hidden value. */
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { Directory } from '../../server/contract/wire.js';
import { TypedText } from '../controllers/composing.js';
import type { Screen } from '../controllers/screen.js';

export type FoundUnit = Directory['items'][number];

export class UnitSearch {
  chosen: FoundUnit | null = null;
  #found: FoundUnit[] | null = null;
  #typed = new TypedText((text) => void this.#search(text));

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly screen: Screen,
    private readonly changed: () => void,
  ) {}

  async #search(text: string): Promise<void> {
    const q = text.trim();
    this.#found = [...q].length < 2 ? null : await this.#read(q);
    if (this.#found?.length === 0) this.screen.say(this.screen.t.application.noUnit);
    this.host.requestUpdate();
  }

  async #read(q: string): Promise<FoundUnit[]> {
    const found = await this.screen.client.call('GET /units/directory', { query: { q } }).catch(() => null);
    return found?.items ?? [];
  }

  choose(unit: FoundUnit | null): void {
    this.chosen = unit;
    this.#found = null;
    this.changed();
    this.screen.focus(unit ? '[data-unit-change]' : '#unitId');
    this.host.requestUpdate();
  }

  render(label: string, chosenLabel: (name: string) => string, fault?: string): TemplateResult {
    const { t } = this.screen;
    if (this.chosen) {
      return html`<div class="field">
        <span class="label">${chosenLabel([...this.chosen.path.slice(1), this.chosen.name].join(' '))}</span>
        <div>
          <button class="btn" part="button" type="button" data-unit-change @click=${() => this.choose(null)}>
            ${t.application.change}
          </button>
        </div>
      </div>`;
    }
    return html`<div class="field">
      <label for="unitId">${label}</label>
      <input
        id="unitId"
        type="search"
        part="input"
        autocomplete="off"
        aria-invalid=${fault ? 'true' : nothing}
        aria-describedby=${fault ? 'unitId-fault' : nothing}
        @input=${this.#typed.onInput}
        @compositionend=${this.#typed.onCompositionEnd}
      />
      ${this.#found?.map(
        (unit) =>
          html`<button class="btn found" part="button" type="button" @click=${() => this.choose(unit)}>
            ${unit.path.slice(1).join(' ')} ${unit.name} <span class="muted">${unit.code}</span>
          </button>`,
      )}
      ${this.#found?.length === 0 ? html`<p class="hint">${t.application.noUnit}</p>` : nothing}
      ${fault ? html`<p class="fault" id="unitId-fault">${fault}</p>` : nothing}
    </div>`;
  }
}
