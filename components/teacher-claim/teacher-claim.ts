import '../i18n/more.js';
import '../i18n/office.js';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { Claimed } from '../../server/contract/wire.js';
import { normaliseNationalId, readNationalId } from '../../server/domain/national-id.js';
import type { ApiError } from '../api/api-error.js';
import type { Client } from '../api/client.js';
import { Screen, type ScreenHost } from '../controllers/screen.js';
import { InserviceReadyEvent } from '../events.js';
import type { PartialMessages } from '../i18n/locale.js';
import { dateField, dayBoxes, dayOf } from '../parts/date-field.js';
import { faultSummary, textField, typed, type FormState } from '../parts/fields.js';
import { faultWords } from '../parts/id-reading.js';
import { newPasswordField } from '../parts/new-password.js';
import { NoticeText } from '../parts/notice.js';
import { body } from '../styles/body.js';
import { controls } from '../styles/controls.js';
import { date } from '../styles/date.js';
import { forms } from '../styles/forms.js';
import { tokens } from '../styles/tokens.js';

/** The code in the link's fragment, which the page's address holds no longer once it is read. */
function takeInvitation(): string {
  const [, code] = /^#invitation=([\w-]+)$/.exec(location.hash) ?? [];
  if (!code) return '';
  history.replaceState(history.state, '', `${location.pathname}${location.search}`);
  return code;
}

/**
 * @summary Claims an entry of a roster by an invitation: the teacher tells who he is and chooses how to sign in.
 *
 * @slot - Shown before the script runs, or without it.
 * @slot notice - Instead of the notice on personal data.
 * @event {InserviceReadyEvent} inservice-ready - The form is drawn.
 * @event {InserviceBeforeEvent} inservice-before - Before the claim is sent; cancelable.
 * @event {InserviceDoneEvent} inservice-done - The entry was claimed.
 * @event {InserviceErrorEvent} inservice-error - A call failed.
 * @csspart input - A field. @csspart button-primary - The button that claims.
 */
export class TeacherClaim extends LitElement implements ScreenHost {
  static override styles = [
    tokens,
    controls,
    forms,
    date,
    body,
    css`
      .body {
        max-inline-size: 34rem;
      }
      .body p {
        margin: 0 0 0.75rem;
      }
      .body .field p {
        margin: 0;
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

  @state() private form: FormState = { values: { invitation: takeInvitation() }, faults: {} };
  @state() private refused = false;
  @state() private claimed: Claimed | null = null;

  #screen = new Screen(this);
  #notice = new NoticeText(this, this.#screen);

  async reload(): Promise<void> {
    this.dispatchEvent(new InserviceReadyEvent());
  }

  /** Empties the form. */
  forget(): void {
    this.form = { values: {}, faults: {} };
    this.claimed = null;
  }

  #type = (name: string, value: string): void => this.#typeAll({ [name]: value });

  #typeAll = (values: Record<string, string>): void => {
    this.form = typed(this.form, values);
    this.refused = false;
  };

  #faults(): Record<string, string> {
    const { t } = this.#screen;
    const { values } = this.form;
    // In the order of the fields, as they are told.
    const faults: Record<string, string> = {};
    const demand = (...names: string[]): void => {
      for (const name of names) if (!values[name]?.trim()) faults[name] = t.common.required;
    };
    demand('invitation', 'nationalId');
    const number = values['nationalId'] ?? '';
    if (number.trim() !== '' && !readNationalId(number).ok) faults['nationalId'] = faultWords(t, number);
    if (!dayOf(this.form, 'birthDate'))
      faults['birthDate'] = dayBoxes('birthDate').some((box) => values[box]) ? t.register.dayWrong : t.common.required;
    demand('username', 'password');
    if (values['password'] && values['password'] !== values['again']) faults['again'] = t.profile.differ;
    return faults;
  }

  #onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { t } = this.#screen;
    this.refused = false;
    this.form = { ...this.form, faults: this.#faults() };
    if (Object.keys(this.form.faults).length > 0) return this.#screen.focus('[data-summary]');
    const { invitation, nationalId, username, password } = this.form.values as Record<string, string>;
    const body = {
      invitation: invitation!.trim(),
      nationalId: normaliseNationalId(nationalId!),
      birthDate: dayOf(this.form, 'birthDate')!,
      username: username!.trim(),
      password: password!,
    };
    const quiet = (error: ApiError): boolean => error.code === 'registration-failed' || Object.keys(faultsOf(error)).length > 0;
    const acted = await this.#screen.act('teacher.claim', [], (client) => client.call('POST /claims', { body, once: true }), { quiet });
    if (!acted.ok) return this.#refuse(acted.error);
    this.claimed = acted.value;
    this.form = { values: {}, faults: {} };
    this.#screen.say(t.claim.done(this.claimed.unitName));
    this.#screen.focus('[data-done]');
  };

  /** One sentence for all that does not agree, and what is wrong with a user name or a password at its field. */
  #refuse(error: ApiError): void {
    if (error.code === 'registration-failed') {
      this.refused = true;
      return this.#screen.focus('[data-refused]');
    }
    this.form = { ...this.form, faults: faultsOf(error) };
    if (Object.keys(this.form.faults).length > 0) this.#screen.focus('[data-summary]');
  }

  override render(): TemplateResult {
    const { t } = this.#screen;
    return html`
      <header part="header"><div class="title" role="heading" aria-level=${this.headingLevel}>${t.claim.title}</div></header>
      ${this.#screen.render()}
      <div class="body">${this.claimed ? this.#renderDone(this.claimed) : this.#renderForm()}</div>
    `;
  }

  #renderDone({ unitName, username }: Claimed): TemplateResult {
    const { t } = this.#screen;
    return html`<p class="ok" tabindex="-1" data-done>✓ ${t.claim.done(unitName)}</p>
      ${username ? html`<p>${t.claim.account(username)}</p>` : nothing}`;
  }

  #renderForm(): TemplateResult {
    const { t, blocked } = this.#screen;
    const { form } = this;
    const labels = {
      ...t.field,
      nationalId: t.field.nationalIdLabel,
      invitation: t.claim.code,
      username: t.claim.username,
      again: t.profile.again,
    };
    return html`<form class="form" novalidate @submit=${this.#onSubmit}>
      <p>${t.claim.intro}</p>
      ${this.refused ? html`<div class="notice bad" tabindex="-1" data-refused role="alert"><p>${t.claim.refused}</p></div>` : faultSummary(t, form, labels, this.renderRoot)}
      ${textField(t, form, { name: 'invitation', label: labels.invitation, hint: t.claim.codeHint, required: true }, this.#type)}
      ${textField(t, form, { name: 'nationalId', label: labels.nationalId, autocapitalize: 'characters', required: true }, this.#type)}
      ${dateField(t, form, { name: 'birthDate', label: t.field.birthDate, echo: (day) => t.common.dayLong(day) }, this.#typeAll)}
      ${textField(t, form, { name: 'username', label: labels.username, hint: t.claim.usernameHint, autocomplete: 'username', required: true }, this.#type)}
      ${newPasswordField(t, form, 'password', t.field.password, this.#type)}
      ${textField(t, form, { name: 'again', label: labels.again, type: 'password', autocomplete: 'new-password', required: true }, this.#type)}
      <div class="acts">
        <button class="btn primary" part="button button-primary" type="submit" aria-disabled=${blocked}>${t.claim.submit}</button>
      </div>
      ${this.#notice.render()}
    </form>`;
  }
}

function faultsOf({ code, faults, problem }: ApiError): Record<string, string> {
  return code === 'username-taken' ? { ...faults, username: problem?.detail ?? '' } : faults;
}

declare global {
  interface HTMLElementTagNameMap {
    'teacher-claim': TeacherClaim;
  }
}
