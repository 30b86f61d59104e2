/** Shows one identity number, for a reason, and hides it again. */
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { Revealed } from '../../server/contract/wire.js';
import type { Screen } from '../controllers/screen.js';
import { textField, type FormState } from '../parts/fields.js';
import { fact } from '../parts/panel.js';

const SHOWN_SECONDS = 10;

export class RevealForm {
  /** Whether it is asking for the reason. */
  asks = false;
  #form: FormState = { values: {}, faults: {} };
  #revealed: Revealed | null = null;
  #hideLater: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly screen: Screen,
    private readonly id: string,
    private readonly revealed: () => void,
  ) {}

  forget(): void {
    clearTimeout(this.#hideLater);
    this.#revealed = null;
    this.host.requestUpdate();
  }

  #ask = (): void => {
    this.asks = true;
    this.#form = { values: {}, faults: {} };
    this.screen.focus('#reason');
  };

  readonly cancel = (): void => {
    this.asks = false;
    this.screen.focus('[data-panel-heading]');
  };

  #type = (name: string, value: string): void => {
    this.#form = { values: { [name]: value }, faults: {} };
    this.host.requestUpdate();
  };

  #onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { t } = this.screen;
    const reason = (this.#form.values['reason'] ?? '').trim();
    if (reason === '') {
      this.#form.faults['reason'] = t.reason.missing;
      return this.screen.focus('#reason');
    }
    const acted = await this.screen.act('teacher.reveal', [this.id], (client) =>
      client.call('POST /teachers/:id/reveal', { id: this.id, body: { reason }, once: true }),
    );
    if (!acted.ok) return;
    this.asks = false;
    this.#revealed = acted.value;
    this.screen.say(t.entry.revealed(SHOWN_SECONDS));
    this.screen.focus('[data-panel-heading]');
    clearTimeout(this.#hideLater);
    this.#hideLater = setTimeout(() => this.forget(), SHOWN_SECONDS * 1000);
    this.revealed();
  };

  /** The number as it is shown now, and the way to all of it. */
  renderNumber(masked: string, may: boolean): TemplateResult {
    const { t } = this.screen;
    const number = this.#revealed?.nationalId;
    // Read digit by digit; the eye sees the number as it is written.
    if (number) return html`<span aria-hidden="true">${number}</span><span class="visually-hidden">${[...number].join(' ')}</span>`;
    if (!may || this.asks) return html`${masked}`;
    return html`${masked}
      <button class="btn quiet" part="button" type="button" aria-label=${t.entry.revealTitle} @click=${this.#ask}>
        ${t.entry.reveal}
      </button>`;
  }

  renderBirthDate(): TemplateResult | typeof nothing {
    const { t } = this.screen;
    return this.#revealed ? fact(t.field.birthDate, t.common.dayLong(this.#revealed.birthDate)) : nothing;
  }

  render(): TemplateResult | typeof nothing {
    const { t, blocked } = this.screen;
    if (!this.asks) return nothing;
    return html`<form class="form" novalidate @submit=${this.#onSubmit}>
      ${textField(t, this.#form, { name: 'reason', label: t.entry.revealReason, required: true }, this.#type)}
      <div class="acts">
        <button class="btn primary" part="button button-primary" type="submit" aria-disabled=${blocked}>${t.entry.revealTitle}</button>
        <button class="btn" part="button" type="button" @click=${this.cancel}>${t.common.cancel}</button>
      </div>
    </form>`;
  }
}
