/** After 資料登錄失敗: the school's evidence, for the head of the nearest unit above both schools. */
import '../i18n/office.js';
import { html, type TemplateResult } from 'lit';
import type { BodyOf } from '../../server/contract/call-types.js';
import type { Screen, ScreenHost } from '../controllers/screen.js';
import { textField, type FormState } from '../parts/fields.js';

export class Dispute {
  #open = false;
  #form: FormState = { values: {}, faults: {} };

  constructor(
    private readonly host: ScreenHost,
    private readonly screen: Screen,
    private readonly registration: BodyOf<'POST /teachers'>,
    private readonly sent: () => void,
  ) {}

  #begin = (): void => {
    this.#open = true;
    this.host.requestUpdate();
    this.screen.focus('#dispute-reason');
  };

  #send = async (event: Event): Promise<void> => {
    event.preventDefault();
    // The form around it is the registration's own.
    event.stopPropagation();
    const { t, blocked } = this.screen;
    const reason = (this.#form.values['dispute-reason'] ?? '').trim();
    if (reason === '') {
      this.#form.faults = { 'dispute-reason': t.reason.missing };
      this.host.requestUpdate();
      return this.screen.focus('#dispute-reason');
    }
    if (blocked) return;
    const body = { ...this.registration, dispute: true as const, reason };
    const acted = await this.screen.act('transfer.dispute', [], (client, more) => client.call('POST /transfers', { ...more, body }));
    if (!acted.ok) return;
    this.sent();
    this.screen.saved(t.dispute.sent(this.registration.name));
    await this.host.reload();
    this.screen.focus('[data-heading]');
  };

  render(): TemplateResult {
    const { t, blocked } = this.screen;
    if (!this.#open) {
      return html`<div class="acts"><button class="btn" part="button" type="button" @click=${this.#begin}>${t.dispute.open}</button></div>`;
    }
    return html`<div class="form">
      <p class="hint">${t.dispute.help}</p>
      ${textField(t, this.#form, { name: 'dispute-reason', label: t.dispute.reason, required: true }, (name, value) => {
        this.#form = { values: { [name]: value }, faults: {} };
        this.host.requestUpdate();
      })}
      <div class="acts">
        <button class="btn" part="button" type="button" aria-disabled=${blocked} @click=${this.#send}>${t.dispute.send}</button>
      </div>
    </div>`;
  }
}
