import '../i18n/more.js';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { BodyOf } from '../../server/contract/call-types.js';
import type { Me } from '../../server/contract/wire.js';
import { ACCOUNT_FIELDS, ACCOUNT_FIELD_NAMES } from '../../server/domain/account-fields.js';
import type { Client } from '../api/client.js';
import { RequestController } from '../controllers/request.js';
import { Screen, type ScreenHost } from '../controllers/screen.js';
import { InserviceReadyEvent } from '../events.js';
import type { PartialMessages } from '../i18n/locale.js';
import { EditedForm } from '../parts/edited-form.js';
import { formValues, profileControl, sentValues, typedText } from '../parts/field-form.js';
import { faultSummary, textField, typed, type FormState } from '../parts/fields.js';
import { newPasswordField } from '../parts/new-password.js';
import { body } from '../styles/body.js';
import { controls } from '../styles/controls.js';
import { forms } from '../styles/forms.js';
import { tokens } from '../styles/tokens.js';
import { SecondFactor } from './second-factor.js';
import { SessionList } from './session-list.js';

function valuesOf({ account }: Me): Record<string, string> {
  return account ? formValues(ACCOUNT_FIELD_NAMES, account) : {};
}

/**
 * @summary 修改基本資料 and 變更登入密碼.
 *
 * @slot - Shown before the script runs, or without it.
 * @event {InserviceReadyEvent} inservice-ready - The profile is drawn.
 * @event {InserviceBeforeEvent} inservice-before - Before any write; cancelable.
 * @event {InserviceDoneEvent} inservice-done - A write was saved.
 * @event {InserviceErrorEvent} inservice-error - A call failed.
 * @event {InserviceDirtyChangeEvent} inservice-dirty-change - Something typed is not saved yet, or no longer so.
 */
export class AccountProfile extends LitElement implements ScreenHost {
  static override styles = [
    tokens,
    controls,
    forms,
    body,
    css`
      .body {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr));
        gap: 2rem;
      }
      .body > .form {
        max-inline-size: 34rem;
        align-content: start;
      }
      .form > .form + .form {
        margin-block-start: 1rem;
      }
      .form > p {
        margin: 0;
      }
      .sessions .btn {
        flex: none;
        white-space: nowrap;
      }
      .secret {
        font-family: ui-monospace, monospace;
        overflow-wrap: anywhere;
        margin-block: 0.25rem;
      }
      .sessions {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      .sessions > li {
        display: flex;
        gap: 1rem;
        justify-content: space-between;
        align-items: center;
        padding-block: 0.5rem;
        border-block-end: 1px solid var(--_line);
      }
    `,
  ];

  /** The URL where the kit is mounted, such as `/inservice`. */
  @property({ attribute: 'base-url' }) baseUrl: string | null = null;
  /** Level of the element's heading. */
  @property({ type: Number, attribute: 'heading-level' }) headingLevel = 2;
  /** Called for each request; the token is not stored. */
  @property({ attribute: false }) getToken: (() => Promise<string>) | undefined;
  /** A client of the host page, instead of `base-url`. */
  @property({ attribute: false }) client: Client | undefined;
  /** Overrides for any of the texts. */
  @property({ attribute: false }) messages: PartialMessages | undefined;

  @state() private password: FormState = { values: {}, faults: {} };

  #screen = new Screen(this);
  #secondFactor = new SecondFactor(this, this.#screen);
  #sessions = new SessionList(this, this.#screen);
  #me = new RequestController<Me>(this, this.#screen, () => this.#screen.connection!.me());
  #profile = new EditedForm<Me>(this, this.#screen, {
    valuesOf,
    words: (name, text) => typedText({ t: this.#screen.t, locale: this.#screen.locale, codes: null }, ACCOUNT_FIELDS, name, text),
    changed: () => this.#screen.setDirty(this.#profile.dirty),
    save: () => this.#save(),
  });

  /** Reads the profile again; unsaved input stays. */
  async reload(): Promise<void> {
    if (!(await this.#me.run())) return;
    const { account } = this.#me.value!;
    if (account && !this.#screen.dirty) this.#profile.start(this.#me.value!);
    if (account && !account.mustChangePassword && !account.mustSetSecondFactor) void this.#sessions.read();
    this.dispatchEvent(new InserviceReadyEvent());
  }

  /** Clears both forms. */
  forget(): void {
    this.#profile.clear();
    this.password = { values: {}, faults: {} };
    this.#secondFactor.forget();
    this.#sessions.forget();
    this.#me.forget();
  }

  #typePassword = (name: string, value: string): void => {
    this.password = typed(this.password, { [name]: value });
  };

  /** A new mail address requires the current password of callers who have one. */
  get #asksPassword(): boolean {
    return (this.#me.value?.account?.ownLogin ?? false) && 'email' in this.#profile.touched;
  }

  #save = async (event?: Event): Promise<void> => {
    event?.preventDefault();
    const { id, version } = this.#me.value!.account!;
    const { password = '', ...touched } = this.#profile.touched;
    const body: BodyOf<'PATCH /me'> = { ...sentValues(ACCOUNT_FIELDS, touched), ...(this.#asksPassword ? { password } : {}) };
    const acted = await this.#screen.act('account.update', [id], (client) => client.call('PATCH /me', { version, body, once: true }), {
      quiet: this.#profile.takes,
    });
    if (!acted.ok) {
      if (this.#profile.takes(acted.error)) this.#me.value = this.#profile.refuse(acted.error) ?? this.#me.value;
      return;
    }
    this.#screen.setDirty(false);
    this.#screen.connection!.changed();
    this.#screen.saved(this.#screen.t.profile.saved);
    this.#screen.focus('[data-heading]');
  };

  #dropChanges = (): void => {
    this.#profile.start(this.#me.value!);
    this.#screen.setDirty(false);
    this.#screen.focus('[data-heading]');
  };

  #change = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { t, connection } = this.#screen;
    const { current = '', next = '', again = '' } = this.password.values;
    if (next !== again) {
      this.password = { ...this.password, faults: { again: t.profile.differ } };
      return this.#screen.focus('#again');
    }
    const body = { current, next };
    const acted = await this.#screen.act('password.change', [], (client) => client.call('PUT /me/password', { body, once: true }), {
      quiet: ({ code }) => code === 'validation',
    });
    if (acted.ok) {
      this.password = { values: {}, faults: {} };
      connection!.changed();
      this.#screen.saved(t.profile.changed);
      this.#screen.focus('[data-heading]');
      return;
    }
    this.password = { ...this.password, faults: acted.error.faults };
    const [first] = Object.keys(this.password.faults);
    if (first) this.#screen.focus(`#${first}`);
  };

  override render(): TemplateResult {
    const { t } = this.#screen;
    const account = this.#me.value?.account;
    // A first password must be changed, and a required second factor set up, before anything else.
    const settled = account ? !account.mustChangePassword && !account.mustSetSecondFactor : false;
    return html`
      <header part="header">
        <div class="title" role="heading" aria-level=${this.headingLevel} tabindex="-1" data-heading>${t.profile.title}</div>
      </header>
      <p class="lead">${account ? `${this.#me.value?.unit?.name ?? ''} · ${account.username}` : nothing}</p>
      ${this.#screen.render()}
      ${account?.mustChangePassword ? html`<p class="notice bad">${t.signIn.mustChange}</p>` : account?.mustSetSecondFactor ? html`<p class="notice bad">${t.signIn.mustSetCode}</p>` : nothing}
      <div class="body" aria-busy=${this.#me.loading}>
        ${account ? html`${settled ? this.#renderProfile() : nothing} ${account.ownLogin ? this.#renderSignIn(account) : nothing} ${settled ? this.#sessions.render(this.headingLevel + 1) : nothing}` : html`<p class="muted">${this.#me.loading ? t.common.loading : ''}</p>`}
      </div>
    `;
  }

  #renderProfile(): TemplateResult {
    const { t, blocked } = this.#screen;
    const { form, type } = this.#profile;
    const texts = { t, locale: this.#screen.locale, codes: null };
    return html`<form class="form" novalidate @submit=${this.#save}>
      <div class="subtitle" role="heading" aria-level=${this.headingLevel + 1}>${t.profile.edit}</div>
      ${faultSummary(t, form, t.field, this.renderRoot)} ${this.#profile.renderConflict(this.#dropChanges)}
      ${ACCOUNT_FIELD_NAMES.map((name) => html`${profileControl(texts, form, name, type)} ${name === 'email' ? this.#renderOfEmail() : nothing}`)}
      <div class="acts">
        <button class="btn primary" part="button button-primary" type="submit" aria-disabled=${blocked}>${t.common.save}</button>
      </div>
    </form>`;
  }

  #renderOfEmail(): TemplateResult {
    return html`${this.#renderUnconfirmed()} ${this.#asksPassword ? this.#renderCurrentPassword() : nothing}`;
  }

  #renderUnconfirmed(): TemplateResult | typeof nothing {
    const { t } = this.#screen;
    const { emailConfirmed, ownLogin } = this.#me.value!.account!;
    if (emailConfirmed || !ownLogin) return nothing;
    return html`<div class="notice">
      <p>${t.profile.unconfirmed}</p>
      <button class="btn" part="button" type="button" @click=${this.#confirmAgain}>${t.profile.confirmAgain}</button>
    </div>`;
  }

  #renderCurrentPassword(): TemplateResult {
    const { t } = this.#screen;
    const { form, type } = this.#profile;
    const autocomplete = 'current-password';
    const hint = t.profile.emailPassword;
    return textField(t, form, { name: 'password', label: t.profile.current, hint, type: 'password', autocomplete, required: true }, type);
  }

  #renderSignIn({ mustChangePassword, secondFactor }: { mustChangePassword: boolean; secondFactor: boolean }): TemplateResult {
    return html`<div class="form">
      ${this.#renderPassword()} ${mustChangePassword ? nothing : this.#secondFactor.render(secondFactor, this.headingLevel + 1)}
    </div>`;
  }

  #confirmAgain = async (): Promise<void> => {
    const acted = await this.#screen.act('account.update', [], (client, more) => client.call('POST /me/email-confirmation', more));
    if (acted.ok) this.#screen.saved(this.#screen.t.profile.confirmSent);
  };

  #renderPassword(): TemplateResult {
    const { t, blocked } = this.#screen;
    const form = this.password;
    const field = (name: string, label: string, autocomplete: AutoFill): TemplateResult =>
      textField(t, form, { name, label, type: 'password', autocomplete, required: true }, this.#typePassword);
    return html`<form class="form" novalidate @submit=${this.#change}>
      <div class="subtitle" role="heading" aria-level=${this.headingLevel + 1}>${t.profile.password}</div>
      ${field('current', t.profile.current, 'current-password')} ${newPasswordField(t, form, 'next', t.profile.next, this.#typePassword)}
      ${field('again', t.profile.again, 'new-password')}
      <div class="acts"><button class="btn" part="button" type="submit" aria-disabled=${blocked}>${t.profile.change}</button></div>
    </form>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'account-profile': AccountProfile;
  }
}
