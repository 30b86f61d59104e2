/** The dialog for destructive acts: the consequences, the reason, and a cancel button. Loaded when first opened. */
import '../i18n/more.js';
import { html, nothing, type TemplateResult } from 'lit';
import { graphemeCount } from '../../server/domain/names.js';
import { LIMITS } from '../../server/domain/texts.js';
import { Modal, type ModalHost } from '../controllers/modal.js';
import type { Screen } from '../controllers/screen.js';

const MOST = LIMITS.reason;

export interface ReasonQuestion {
  title: string;
  help: string;
  label: string;
  confirm: string;
  quick?: readonly string[];
  /** Sends the write; true if it was saved. */
  submit: (reason: string) => Promise<boolean>;
}

export class ReasonDialog {
  #question: ReasonQuestion | null = null;
  /** Kept when Escape closes the dialog, for the next time it opens for the same act. */
  #typed = new Map<string, string>();
  #fault = '';

  readonly #modal: Modal;

  constructor(
    private readonly host: ModalHost,
    private readonly screen: Screen,
  ) {
    this.#modal = new Modal(host, 'dialog[data-reason]');
  }

  ask(question: ReasonQuestion): void {
    this.#question = question;
    this.#fault = '';
    this.#modal.open('#dialog-reason');
  }

  get #reason(): string {
    return this.#typed.get(this.#question?.title ?? '') ?? '';
  }

  #type(text: string): void {
    this.#typed.set(this.#question!.title, text);
    if (text.trim() !== '') this.#fault = '';
    this.host.requestUpdate();
  }

  #close = (): void => {
    this.#modal.close();
    this.#question = null;
  };

  #submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { t, busy } = this.screen;
    const question = this.#question;
    if (!question || busy) return;
    const reason = this.#reason.trim();
    if (reason === '' || graphemeCount(reason) > MOST) {
      this.#fault = reason === '' ? t.reason.missing : t.reason.count(graphemeCount(reason), MOST);
      return this.screen.focus('#dialog-reason');
    }
    this.#close();
    if (await question.submit(reason)) this.#typed.delete(question.title);
  };

  render(): TemplateResult | typeof nothing {
    const question = this.#question;
    if (!question) return nothing;
    const { t, level } = this.screen;
    return html`<dialog data-reason part="dialog" aria-labelledby="dialog-title" @cancel=${this.#close} @keydown=${this.#modal.onKeydown}>
      <form class="form" novalidate @submit=${this.#submit}>
        <div class="subtitle" id="dialog-title" role="heading" aria-level=${level + 1}>${question.title}</div>
        <p class="hint">${question.help}</p>
        ${
          question.quick
            ? html`<div class="acts" role="group" aria-label=${t.reason.quickLabel}>
                ${question.quick.map((text) => html`<button class="btn" part="button" type="button" @click=${() => this.#type(text)}>${text}</button>`)}
              </div>`
            : nothing
        }
        <div class="field">
          <label for="dialog-reason">${question.label}</label>
          <textarea
            id="dialog-reason"
            part="input"
            aria-required="true"
            aria-invalid=${this.#fault ? 'true' : nothing}
            aria-describedby="dialog-count ${this.#fault ? 'dialog-reason-fault' : ''}"
            .value=${this.#reason}
            @input=${(event: Event) => this.#type((event.target as HTMLTextAreaElement).value)}
          ></textarea>
          <p class="hint" id="dialog-count">${t.reason.count(graphemeCount(this.#reason), MOST)}</p>
          ${this.#fault ? html`<p class="fault" id="dialog-reason-fault">${this.#fault}</p>` : nothing}
        </div>
        <div class="acts">
          <button class="btn" part="button" type="button" @click=${this.#close}>${t.common.cancel}</button>
          <button class="btn danger" part="button" type="submit">${question.confirm}</button>
        </div>
      </form>
    </dialog>`;
  }
}
