import '../i18n/more.js';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { TrailAction } from '../../server/domain/trail.js';
import type { Me } from '../../server/contract/wire.js';
import type { ApiError } from '../api/api-error.js';
import type { Client } from '../api/client.js';
import { RequestController } from '../controllers/request.js';
import { Screen, type ScreenHost } from '../controllers/screen.js';
import { InserviceReadyEvent } from '../events.js';
import type { PartialMessages } from '../i18n/locale.js';
import { textField, typed, type FormState } from '../parts/fields.js';
import { newPasswordField } from '../parts/new-password.js';
import { body, shortForm } from '../styles/body.js';
import { controls } from '../styles/controls.js';
import { forms } from '../styles/forms.js';
import { tokens } from '../styles/tokens.js';

/** The purpose of the mailed link and its token, which is removed from the address after it is read. */
type Link = { purpose: 'reset' | 'confirm'; token: string } | null;

function takeLink(): Link {
  const [, purpose, token] = /^#(reset|confirm)=([\w-]+)$/.exec(location.hash) ?? [];
  if (!purpose || !token) return null;
  history.replaceState(history.state, '', `${location.pathname}${location.search}`);
  return { purpose: purpose as 'reset' | 'confirm', token };
}

/**
 * @summary A forgotten password: asks for a link by mail, and sets a new password by it. Confirms a mail address, too.
 *
 * @slot - Shown before the script runs, or without it.
 * @event {InserviceReadyEvent} inservice-ready - The screen is drawn.
 * @event {InserviceBeforeEvent} inservice-before - Before a link is asked for, a password set or an address confirmed; cancelable.
 * @event {InserviceDoneEvent} inservice-done - The link was asked for, the password set or the address confirmed.
 * @event {InserviceErrorEvent} inservice-error - A call failed.
 */
export class AccountRecovery extends LitElement implements ScreenHost {
  static override styles = [tokens, controls, forms, body, shortForm];

  /** The URL where the kit is mounted, such as `/inservice`. */
  @property({ attribute: 'base-url' }) baseUrl: string | null = null;
  /** Level of the element's heading. */
  @property({ type: Number, attribute: 'heading-level' }) headingLevel = 2;
  /** The sign-in page. */
  @property({ attribute: 'sign-in-url' }) signInUrl = './';
  /** A client of the host page, instead of `base-url`. */
  @property({ attribute: false }) client: Client | undefined;
  /** Overrides for any of the texts. */
  @property({ attribute: false }) messages: PartialMessages | undefined;

  @state() private form: FormState = { values: {}, faults: {} };
  @state() private link: Link = takeLink();
  /** Why a link is invalid, or why none is sent. */
  @state() private refusal = '';
  /** The completed act; then no form is shown. */
  @state() private done = '';

  #screen = new Screen(this);
  #me = new RequestController<Me>(this, this.#screen, () => this.#screen.connection!.me());

  /** A mail address is confirmed by the account itself, so its page reads who is signed in. */
  async reload(): Promise<void> {
    if (this.link?.purpose === 'confirm' && !(await this.#me.run())) return;
    this.dispatchEvent(new InserviceReadyEvent());
  }

  forget(): void {
    this.refusal = '';
    this.#me.forget();
  }

  #type = (name: string, value: string): void => {
    this.form = typed(this.form, { [name]: value });
  };

  /** Sends the form, and shows the result. */
  async #send(action: TrailAction, call: (client: Client) => Promise<void>, done: string): Promise<void> {
    const quiet = (error: ApiError): boolean => error.fields.length > 0 || this.#refusalOf(error) !== null;
    const acted = await this.#screen.act(action, [], call, { quiet });
    if (!acted.ok) return this.#refuse(acted.error);
    this.form = { values: {}, faults: {} };
    this.done = done;
    this.#screen.say(done);
    this.#screen.focus('[data-done]');
  }

  #refuse(error: ApiError): void {
    const { faults } = error;
    this.form = { ...this.form, faults };
    const [first] = Object.keys(faults);
    if (first) return this.#screen.focus(`#${first}`);
    const refusal = this.#refusalOf(error);
    if (refusal === null) return;
    // An expired link can be requested again.
    if (error.code !== 'forbidden') this.link = null;
    this.refusal = refusal;
    this.#screen.alert(refusal);
    this.#screen.focus('[data-refusal]');
  }

  /** Why a link is invalid, or why none is sent; null for any other failure. */
  #refusalOf({ code }: ApiError): string | null {
    const { t } = this.#screen;
    if (code === 'gone') return t.recovery.over;
    if (code === 'forbidden') return t.recovery.otherAccount;
    return code === 'not-found' ? t.recovery.none : null;
  }

  #ask = (event: Event): void => {
    event.preventDefault();
    const { t } = this.#screen;
    const username = (this.form.values['username'] ?? '').trim();
    if (username === '') {
      this.form = { ...this.form, faults: { username: t.common.required } };
      return this.#screen.focus('#username');
    }
    const body = { username };
    void this.#send('password.change', (client) => client.call('POST /password-resets', { body, once: true }), t.recovery.asked);
  };

  #set = (event: Event): void => {
    event.preventDefault();
    const { t } = this.#screen;
    const { next = '', again = '' } = this.form.values;
    if (next === '' || next !== again) {
      this.form = { ...this.form, faults: next === '' ? { next: t.common.required } : { again: t.profile.differ } };
      return this.#screen.focus(next === '' ? '#next' : '#again');
    }
    const body = { token: this.link!.token, next };
    void this.#send('password.change', (client) => client.call('PUT /password-resets', { body, once: true }), t.recovery.done);
  };

  #confirm = (): void => {
    const { t } = this.#screen;
    const body = { token: this.link!.token };
    void this.#send('account.update', (client) => client.call('POST /email-confirmations', { body, once: true }), t.recovery.confirmed);
  };

  override render(): TemplateResult {
    const { t } = this.#screen;
    const title = this.link === null ? t.recovery.title : this.link.purpose === 'reset' ? t.recovery.setTitle : t.recovery.confirmTitle;
    return html`
      <header part="header"><div class="title" role="heading" aria-level=${this.headingLevel}>${title}</div></header>
      ${this.#screen.render()}
      <div class="body">
        ${this.done ? this.#renderDone() : this.link === null ? this.#renderAsk() : this.link.purpose === 'reset' ? this.#renderSet() : this.#renderConfirm()}
      </div>
    `;
  }

  #renderDone(): TemplateResult {
    return html`<div class="form">
      <p class="notice" tabindex="-1" data-done>${this.done}</p>
      <div class="acts">${this.#back()}</div>
    </div>`;
  }

  #renderAsk(): TemplateResult {
    const { t } = this.#screen;
    return html`<form class="form" novalidate @submit=${this.#ask}>
      ${this.#renderRefusal()}
      <p>${t.recovery.intro}</p>
      ${textField(t, this.form, { name: 'username', label: t.field.username, autocomplete: 'username', autocapitalize: 'off', required: true }, this.#type)}
      ${this.#acts(t.recovery.ask)}
    </form>`;
  }

  #renderRefusal(): TemplateResult | typeof nothing {
    return this.refusal ? html`<p class="fault" tabindex="-1" data-refusal>${this.refusal}</p>` : nothing;
  }

  #renderSet(): TemplateResult {
    const { t } = this.#screen;
    return html`<form class="form" novalidate @submit=${this.#set}>
      ${newPasswordField(t, this.form, 'next', t.profile.next, this.#type)}
      ${textField(t, this.form, { name: 'again', label: t.profile.again, type: 'password', autocomplete: 'new-password', required: true }, this.#type)}
      ${this.#acts(t.recovery.set)}
    </form>`;
  }

  #renderConfirm(): TemplateResult {
    const { t, blocked } = this.#screen;
    const account = this.#me.value?.account;
    if (!account)
      return html`<p>${t.recovery.signInFirst}</p>
        ${this.#back()}`;
    return html`${this.#renderRefusal()}
      <p>${t.recovery.confirmAs(account.name, account.email)}</p>
      <div class="acts">
        <button class="btn primary" part="button button-primary" type="button" aria-disabled=${blocked} @click=${this.#confirm}>
          ${t.recovery.confirm}
        </button>
      </div>`;
  }

  #acts(label: string): TemplateResult {
    return html`<div class="acts">
      <button class="btn primary" part="button button-primary" type="submit" aria-disabled=${this.#screen.blocked}>${label}</button>
      ${this.#back()}
    </div>`;
  }

  #back(): TemplateResult | typeof nothing {
    return this.signInUrl ? html`<a href=${this.signInUrl}>${this.#screen.t.recovery.back}</a>` : nothing;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'account-recovery': AccountRecovery;
  }
}
