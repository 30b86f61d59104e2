import '../i18n/more.js';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { BodyOf } from '../../server/contract/call-types.js';
import type { ApplicationStatus } from '../../server/contract/wire.js';
import { ROLES } from '../../server/domain/authority.js';
import { ApiError } from '../api/api-error.js';
import { ACCOUNT_FIELDS, ACCOUNT_FIELD_NAMES } from '../../server/domain/account-fields.js';
import type { Client } from '../api/client.js';
import { Screen, type ScreenHost } from '../controllers/screen.js';
import { InserviceReadyEvent } from '../events.js';
import type { PartialMessages } from '../i18n/locale.js';
import { choiceField } from '../parts/choice-field.js';
import { profileControl, sentValues } from '../parts/field-form.js';
import { faultSummary, textField, typed, type FormState } from '../parts/fields.js';
import { newPasswordField } from '../parts/new-password.js';
import { NoticeText } from '../parts/notice.js';
import { UnitSearch } from '../parts/unit-search.js';
import { body } from '../styles/body.js';
import { choices } from '../styles/choices.js';
import { controls } from '../styles/controls.js';
import { forms } from '../styles/forms.js';
import { tokens } from '../styles/tokens.js';

const NOTHING: FormState = { values: { requestedRole: 'operator' }, faults: {} };

/**
 * @summary 線上帳號申請 and 業務帳號查詢: whoever wants a business account asks first.
 *
 * @slot - Shown before the script runs, or without it.
 * @slot notice - Instead of the notice on personal data.
 * @event {InserviceReadyEvent} inservice-ready - The form is drawn.
 * @event {InserviceBeforeEvent} inservice-before - Before the application is sent; cancelable.
 * @event {InserviceDoneEvent} inservice-done - The application was sent.
 * @event {InserviceErrorEvent} inservice-error - A call failed.
 * @event {InserviceDirtyChangeEvent} inservice-dirty-change - Something typed is not sent yet, or no longer so.
 */
export class AccountApplication extends LitElement implements ScreenHost {
  static override styles = [
    tokens,
    controls,
    forms,
    choices,
    body,
    css`
      .body {
        display: grid;
        grid-template-columns: minmax(0, 34rem) minmax(0, 1fr);
        gap: 2rem;
      }
      .body > * {
        align-content: start;
      }
      .found {
        justify-content: start;
        text-align: start;
      }
      .reference {
        font-size: 1.125em;
        font-weight: 650;
        overflow-wrap: anywhere;
      }
      @container (max-width: 56rem) {
        .body {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  /** The URL where the kit is mounted, such as `/inservice`. */
  @property({ attribute: 'base-url' }) baseUrl: string | null = null;
  /** Level of the element's heading. */
  @property({ type: Number, attribute: 'heading-level' }) headingLevel = 2;
  /** A client of the host page, instead of `base-url`. */
  @property({ attribute: false }) client: Client | undefined;
  /** Overrides for any of the texts. */
  @property({ attribute: false }) messages: PartialMessages | undefined;

  @state() private form: FormState = NOTHING;
  @state() private lookup: FormState = { values: {}, faults: {} };
  /** The portal's log-in is used for the account, so no password is asked for. */
  @state() private byPortal = false;
  @state() private found: ApplicationStatus | null = null;
  @state() private receipt: { reference: string; unitName: string } | null = null;

  #screen = new Screen(this);
  #notice = new NoticeText(this, this.#screen);
  #unit = new UnitSearch(this, this.#screen, () => {
    const { unitId: _corrected, ...faults } = this.form.faults;
    this.form = { ...this.form, faults };
  });

  /** Reads whether a portal signed the applicant in; the input stays. */
  async reload(): Promise<void> {
    const me = await this.#screen.connection!.me().catch(() => null);
    this.byPortal = me !== null && me.account === null;
    this.dispatchEvent(new InserviceReadyEvent());
  }

  /** Clears both forms. */
  forget(): void {
    this.form = NOTHING;
    this.lookup = { values: {}, faults: {} };
    this.found = null;
    this.receipt = null;
    this.#unit.forget();
  }

  #type = (name: string, value: string): void => {
    this.form = typed(this.form, { [name]: value });
    this.#screen.setDirty(true);
  };

  #onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { t, blocked } = this.#screen;
    if (blocked) return;
    const { values } = this.form;
    const unit = this.#unit.chosen;
    const faults: Record<string, string> = {};
    if (!unit) faults['unitId'] = t.common.required;
    const required = [
      'username',
      ...ACCOUNT_FIELD_NAMES.filter((name) => ACCOUNT_FIELDS[name].required),
      ...(this.byPortal ? [] : ['password']),
    ];
    for (const name of required) if (!(values[name] ?? '').trim()) faults[name] = t.common.required;
    this.form = { values, faults };
    if (Object.keys(faults).length > 0) return this.#screen.focus('[data-summary]');
    // Values that were cleared again are not sent.
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ''));
    const body = { ...sentValues(ACCOUNT_FIELDS, given), unitId: unit!.id } as BodyOf<'POST /applications'>;
    const acted = await this.#screen.act('account.apply', [], (client) => client.call('POST /applications', { body, once: true }), {
      quiet: ({ fields }) => fields.length > 0,
    });
    if (!acted.ok) {
      this.form = {
        values,
        faults: Object.fromEntries(
          acted.error.fields.map(({ path, message }) => [
            path,
            acted.error.code === 'username-taken' ? (acted.error.problem?.title ?? message) : message,
          ]),
        ),
      };
      if (acted.error.fields.length > 0) this.#screen.focus('[data-summary]');
      return;
    }
    this.receipt = { reference: acted.value.reference, unitName: unit!.name };
    this.form = NOTHING;
    this.#screen.setDirty(false);
    this.#screen.say(t.application.sent);
    this.#screen.focus('[data-receipt]');
  };

  #onLookup = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { t, client } = this.#screen;
    const reference = (this.lookup.values['reference'] ?? '').trim();
    this.found = null;
    if (reference === '') return this.#refuseLookup(t.common.required);
    try {
      this.found = await client.call('GET /applications/:reference', { reference });
      this.#screen.error = null;
      this.#screen.say(t.application.status(t.accountStatus[this.found.status], this.found.unitName));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 'not-found') return this.#refuseLookup(t.application.lookupNone);
      this.#screen.fail(error, null, true);
      this.#screen.focus('[data-error]');
    }
  };

  #refuseLookup(fault: string): void {
    this.lookup = { ...this.lookup, faults: { reference: fault } };
    this.#screen.focus('#reference');
  }

  #copy = async (): Promise<void> => {
    await navigator.clipboard?.writeText(this.receipt!.reference);
    this.#screen.say(this.#screen.t.common.copied);
  };

  override render(): TemplateResult {
    const { t } = this.#screen;
    return html`
      <header part="header"><div class="title" role="heading" aria-level=${this.headingLevel}>${t.application.title}</div></header>
      <p class="lead">${t.application.intro}</p>
      ${this.#screen.render()}
      <div class="body">${this.receipt ? this.#renderReceipt(this.receipt) : this.#renderForm()} ${this.#renderLookup()}</div>
    `;
  }

  #renderForm(): TemplateResult {
    const { t, blocked } = this.#screen;
    const { form } = this;
    const texts = { t, locale: this.#screen.locale, codes: null };
    return html`<form class="form" novalidate @submit=${this.#onSubmit}>
      ${faultSummary(t, form, { ...t.field, unitId: t.field.unit, password: t.application.password }, this.renderRoot)}
      ${this.#unit.render(t.application.unit, t.application.unitChosen, form.faults['unitId'])}
      ${choiceField(form, { name: 'requestedRole', label: t.application.wish, choices: [...ROLES].reverse().map((value) => ({ value, label: t.role[value], hint: t.roleHint[value] })) }, this.#type)}
      ${ACCOUNT_FIELD_NAMES.map((name) => profileControl(texts, form, name, this.#type))}
      ${textField(t, form, { name: 'username', label: t.field.username, autocomplete: 'username', autocapitalize: 'off', required: true }, this.#type)}
      ${this.byPortal ? nothing : newPasswordField(t, form, 'password', t.application.password, this.#type)} ${this.#notice.render()}
      <div class="acts">
        <button class="btn primary" part="button button-primary" type="submit" aria-disabled=${blocked}>${t.application.submit}</button>
      </div>
    </form>`;
  }

  #renderReceipt({ reference, unitName }: { reference: string; unitName: string }): TemplateResult {
    const { t } = this.#screen;
    return html`<section class="form" aria-labelledby="receipt-heading">
      <div class="subtitle ok" id="receipt-heading" role="heading" aria-level=${this.headingLevel + 1} tabindex="-1" data-receipt>
        ${t.application.sent}
      </div>
      <div>
        <div class="label">${t.application.reference}</div>
        <p class="reference">${reference}</p>
      </div>
      <p class="hint">${t.application.nextStep(unitName)}</p>
      <div class="acts"><button class="btn" part="button" type="button" @click=${this.#copy}>${t.application.copy}</button></div>
    </section>`;
  }

  #renderLookup(): TemplateResult {
    const { t } = this.#screen;
    const { found } = this;
    return html`<form class="form" novalidate @submit=${this.#onLookup}>
      <div class="subtitle" role="heading" aria-level=${this.headingLevel + 1}>${t.application.lookup}</div>
      ${textField(t, this.lookup, { name: 'reference', label: t.application.lookupLabel }, (name, value) => {
        this.lookup = { values: { [name]: value }, faults: {} };
      })}
      <div class="acts"><button class="btn" part="button" type="submit">${t.common.search}</button></div>
      ${
        found
          ? html`<p>
              <strong>${t.application.status(t.accountStatus[found.status], found.unitName)}</strong
              >${found.role ? t.common.paren(t.role[found.role]) : nothing}
              ${found.reason ? html`<br />${t.account.reasonIs(found.reason)}` : nothing}
            </p>`
          : nothing
      }
    </form>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'account-application': AccountApplication;
  }
}
