/** Searches units from two characters on: one field with its results, each a button. */
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { Directory } from '../../server/contract/wire.js';
import { TypedText } from '../controllers/composing.js';
import type { Screen } from '../controllers/screen.js';

export type FoundUnit = Directory['items'][number];

export class UnitSearch {
  chosen: FoundUnit | null = null;
  #asked = '';
  #found: FoundUnit[] | null = null;
  /** Why nothing is found. */
  #none = '';
  #typed = new TypedText((text) => void this.#search(text));

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly screen: Screen,
    private readonly changed: () => void,
  ) {}

  async #search(text: string): Promise<void> {
    const q = text.trim();
    this.#asked = q;
    this.#found = null;
    this.#none = '';
    if ([...q].length >= 2) {
      const { t, client } = this.screen;
      const found = await client.call('GET /units/directory', { query: { q } }).catch(() => null);
      // The input has changed meanwhile.
      if (this.#asked !== q) return;
      this.#found = found?.items ?? [];
      if (this.#found.length === 0) this.#none = found ? t.application.noUnit : t.problem.load;
      if (this.#none) this.screen.say(this.#none);
    }
    this.host.requestUpdate();
  }

  forget(): void {
    this.chosen = null;
    this.#found = null;
    this.#none = '';
  }

  choose(unit: FoundUnit | null): void {
    this.forget();
    this.chosen = unit;
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
      ${this.#none ? html`<p class="hint">${this.#none}</p>` : nothing}
      ${fault ? html`<p class="fault" id="unitId-fault">${fault}</p>` : nothing}
    </div>`;
  }
}
