import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { BodyOf } from '../../server/contract/call-types.js';
import type { Check, Codes, Me, ProposedTransfer, Teacher, Transfer } from '../../server/contract/wire.js';
import { taipeiDay, taipeiTime } from '../../server/domain/dates.js';
import { normaliseNationalId, readNationalId, type Sex } from '../../server/domain/national-id.js';
import type { ApiError } from '../api/api-error.js';
import type { Client } from '../api/client.js';
import { chunk } from '../controllers/chunk.js';
import { RequestController } from '../controllers/request.js';
import { Screen, type ScreenHost } from '../controllers/screen.js';
import { InserviceImportProgressEvent, InserviceReadyEvent } from '../events.js';
import { codeName, textIn, type PartialMessages } from '../i18n/locale.js';
import { boxesOf, dateField, dayBoxes, dayOf } from '../parts/date-field.js';
import { faultSummary, radioField, selectField, textField, typed, type FormState } from '../parts/fields.js';
import { faultWords, readingOf } from '../parts/id-reading.js';
import { emptyState } from '../parts/empty-state.js';
import type { NoticeText } from '../parts/notice.js';
import { controls } from '../styles/controls.js';
import { forms } from '../styles/forms.js';
import { date } from '../styles/date.js';
import { tokens } from '../styles/tokens.js';
import type * as Outcome from './registration-outcome.js';
import type { ImportView } from './import-view.js';
import type { Receipt } from './registration-outcome.js';
import { register } from './styles.js';

type Registration = BodyOf<'POST /teachers'>;

/**
 * @summary 教師資料登錄: enters a new teacher into the roster, or corrects by entering again.
 *
 * @slot - Shown before the script runs, or without it.
 * @slot help - Below the notes.
 * @slot notice - Instead of the notice on personal data.
 * @event {InserviceReadyEvent} inservice-ready - The form is drawn.
 * @event {InserviceBeforeEvent} inservice-before - Before any write; cancelable.
 * @event {InserviceDoneEvent} inservice-done - A write was saved.
 * @event {InserviceErrorEvent} inservice-error - A call failed.
 * @event {InserviceAuthRequiredEvent} inservice-auth-required - Nobody is signed in.
 * @event {InserviceImportProgressEvent} inservice-import-progress - How far an import has come.
 * @event {InserviceDirtyChangeEvent} inservice-dirty-change - Something typed is not saved yet, or no longer so.
 * @csspart input - A field. @csspart button-primary - The button that saves.
 * @cssproperty --inservice-color-accent - The one accent colour.
 */
export class TeacherRegister extends LitElement implements ScreenHost {
  static override styles = [tokens, controls, forms, date, register];

  /** The URL where the kit is mounted, such as `/inservice`. */
  @property({ attribute: 'base-url' }) baseUrl: string | null = null;
  /** Level of the element's heading. */
  @property({ type: Number, attribute: 'heading-level' }) headingLevel = 2;
  /** `suggest` fills in the sex by the identity number; off by default, so that a mismatch is noticed. */
  @property({ attribute: 'derive-sex' }) deriveSex: 'off' | 'suggest' = 'off';
  /** Called for each request; the token is not stored. */
  @property({ attribute: false }) getToken: (() => Promise<string>) | undefined;
  /** A client of the host page, instead of `base-url`. */
  @property({ attribute: false }) client: Client | undefined;
  /** Overrides for any of the texts. */
  @property({ attribute: false }) messages: PartialMessages | undefined;

  @state() private me: Me | null = null;
  @state() private codes: Codes | null = null;
  @state() private form: FormState = { values: {}, faults: {} };
  /** The effect of this registration that the clerk must confirm. */
  @state() private question: { check: Check; body: Registration; goOn: boolean } | null = null;
  /** The manual's error, word for word, with its cause. */
  @state() private refusal: ApiError | null = null;
  @state() private receipt: Receipt | null = null;
  @state() private done: Receipt[] = [];
  @state() private asked: Transfer[] = [];
  @state() private importing = false;

  /** The import view, once it is loaded, and whether it replaces the form. */
  #import: ImportView | null = null;
  /** Shows the outcome of a registration; loaded with the first one. */
  #outcome: typeof Outcome | null = null;
  #screen = new Screen(this);
  #notice: NoticeText | null = null;
  #dispute: Outcome.Dispute | null = null;
  #ready = new RequestController<true>(this, this.#screen, () => this.#read());

  /** Reads the caller and the code lists; the input stays. */
  async reload(): Promise<void> {
    const first = this.#ready.value === null;
    if ((await this.#ready.run()) && first) this.dispatchEvent(new InserviceReadyEvent());
  }

  /** Opens 匯入名單 with a file (.xlsx, .csv) and runs the dry run, which saves nothing. */
  async importFile(file: File): Promise<void> {
    await this.#openImport();
    await this.#import?.stageFile(file);
  }

  async #openImport(): Promise<void> {
    if (!this.#import) {
      const part = await this.#screen.part(import('./import-view.js'));
      if (!part) return;
      this.#import = new part.ImportView(
        this,
        this.#screen,
        () => this.codes,
        (done, total) => this.dispatchEvent(new InserviceImportProgressEvent(done, total)),
      );
    }
    this.importing = true;
    await this.#import.begin();
  }

  /** Clears the form and the registrations of this visit. */
  forget(): void {
    this.form = { values: {}, faults: {} };
    this.question = null;
    this.refusal = null;
    this.receipt = null;
    this.done = [];
    this.asked = [];
    this.me = null;
    this.#import = null;
    this.importing = false;
    this.#ready.forget();
  }

  async #read(): Promise<true> {
    const { connection, client } = this.#screen;
    [this.me, this.codes] = await Promise.all([connection!.me(), connection!.codes()]);
    const query = { direction: 'in', pageSize: 20 } as const;
    this.asked = this.me.functions.includes('teacher.manage') ? (await client.call('GET /transfers', { query })).items : [];
    if (this.asked.length > 0) this.#outcome ??= await this.#loadOutcome();
    const { NoticeText } = await chunk(import('../parts/notice.js'));
    this.#notice ??= new NoticeText(this, this.#screen);
    return true;
  }

  async #loadOutcome(): Promise<typeof Outcome> {
    const part = await chunk(import('./registration-outcome.js'));
    part.dress(this);
    return part;
  }

  #type = (name: string, value: string): void => this.#typeAll({ [name]: value });

  #typeAll = (values: Record<string, string>): void => {
    const { values: next, faults } = typed(this.form, values);
    // A mismatch concerns sex and number, so both faults are removed together.
    if ('sex' in values) delete faults['nationalId'];
    if ('nationalId' in values) delete faults['sex'];
    const read = readNationalId(next['nationalId'] ?? '');
    if (this.deriveSex === 'suggest' && 'nationalId' in values && read.ok) next['sex'] = read.sex;
    this.form = { values: next, faults };
    this.question = null;
    this.#screen.setDirty(Object.values(next).some((value) => value.trim() !== ''));
  };

  #onNumberLeft = (): void => {
    const typed = this.form.values['nationalId'] ?? '';
    if (typed !== '') this.form = { ...this.form, values: { ...this.form.values, nationalId: normaliseNationalId(typed) } };
  };

  #faults(): Record<string, string> {
    const { t } = this.#screen;
    const { values } = this.form;
    const faults: Record<string, string> = {};
    const number = values['nationalId'] ?? '';
    if (number.trim() === '') faults['nationalId'] = t.common.required;
    else if (!readNationalId(number).ok) faults['nationalId'] = faultWords(t, number);
    if (!(values['name'] ?? '').trim()) faults['name'] = t.common.required;
    if (!values['sex']) faults['sex'] = t.common.required;
    if (!dayOf(this.form, 'birthDate'))
      faults['birthDate'] = dayBoxes('birthDate').some((box) => values[box]) ? t.register.dayWrong : t.common.required;
    if (!values['title']) faults['title'] = t.common.required;
    return faults;
  }

  #body(): Registration {
    const { nationalId, name, sex, title } = this.form.values;
    return {
      nationalId: normaliseNationalId(nationalId!),
      name: name!.trim(),
      sex: sex as Sex,
      birthDate: dayOf(this.form, 'birthDate')!,
      title: title!,
    };
  }

  #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    void this.#submit((event.submitter as HTMLButtonElement | null)?.value === 'next');
  };

  /** Checks the effect of the registration first; a change of a registered person must be confirmed by the clerk. */
  async #submit(goOn: boolean): Promise<void> {
    if (this.#screen.blocked) return;
    this.refusal = null;
    this.question = null;
    this.receipt = null;
    const faults = this.#faults();
    this.form = { ...this.form, faults };
    const number = this.form.values['nationalId'] ?? '';
    const onlyNumber = Object.keys(faults).length > 0 && Object.keys(faults).every((name) => name === 'nationalId') && number !== '';
    if (Object.keys(faults).length > 0 && !onlyNumber) return this.#screen.focus('[data-summary]');
    const body = this.#body();
    this.#outcome ??= await this.#screen.part(this.#loadOutcome());
    if (!this.#outcome || this.#screen.blocked) return;
    const { client } = this.#screen;
    const isRefusal = ({ code }: ApiError): boolean => code !== 'unauthenticated';
    const sent = await this.#screen.send(() => client.call('POST /teachers/check', { body, once: true }), isRefusal);
    if (!sent.ok) return isRefusal(sent.error) ? this.#refused(sent.error) : undefined;
    const check = sent.value;
    if (check.outcome === 'new') return this.#register(body, goOn);
    this.question = { check, body, goOn };
    this.#screen.focus('[data-question]');
    this.#screen.alert(this.#outcome.questionWords(this.#screen.t, check));
  }

  async #register(body: Registration, goOn: boolean): Promise<void> {
    const { t } = this.#screen;
    const acted = await this.#screen.act('teacher.register', [], (client, more) => client.call('POST /teachers', { ...more, body }), {
      quiet: ({ status }) => status === 409 || status === 422,
    });
    if (!acted.ok) return acted.error.status === 409 || acted.error.status === 422 ? this.#refused(acted.error) : undefined;
    const corrected =
      this.question?.check.outcome === 'updated' || this.question?.check.outcome === 'same' || this.question?.check.outcome === 'returned';
    this.question = null;
    this.#screen.setDirty(false);
    const { values } = this.form;
    this.form = { values: {}, faults: {} };
    if ('transfer' in (acted.value as object)) {
      this.#screen.saved(t.register.proposed(body.name));
      this.asked = [
        (acted.value as ProposedTransfer).transfer,
        ...this.asked.filter(({ id }) => id !== (acted.value as ProposedTransfer).transfer.id),
      ];
      return this.#screen.focus(goOn ? '#nationalId' : '[data-heading]');
    }
    const { name, nationalId, title } = acted.value as Teacher;
    const at = taipeiTime(new Date());
    const entry: Receipt = {
      name,
      nationalId,
      title: this.#titleName(title),
      birthDate: body.birthDate,
      at,
      values: { ...values, nationalId: body.nationalId },
    };
    this.receipt = entry;
    this.done = [entry, ...this.done.filter((each) => each.nationalId !== nationalId || each.name !== name)];
    this.#screen.say(corrected ? t.register.corrected(name) : t.register.registered(name));
    this.#screen.focus(goOn ? '#nationalId' : '[data-receipt]');
  }

  /** The manual's text first, then the cause and the solution; the input stays. */
  #refused(error: ApiError): void {
    if (!('code' in error) || (error.fields.length === 0 && error.code !== 'registration-failed' && error.code !== 'identity-conflict')) {
      this.#screen.fail(error, null);
      this.#screen.focus('[data-error]');
      return;
    }
    const { t } = this.#screen;
    const typed = this.form.values['nationalId'] ?? '';
    this.refusal = error;
    this.#dispute =
      error.code === 'registration-failed'
        ? new this.#outcome!.Dispute(this, this.#screen, this.#body(), () => (this.refusal = null))
        : null;
    this.form = {
      ...this.form,
      faults: Object.fromEntries(
        error.fields.map(({ path, message }) => [path.split('.')[0]!, this.#outcome!.faultOf(t, error, { path, message }, typed)]),
      ),
    };
    this.#screen.focus('[data-refusal]');
  }

  #correct(entry: Receipt): void {
    this.form = { values: { ...entry.values, ...boxesOf('birthDate', entry.birthDate) }, faults: {} };
    this.receipt = null;
    this.#screen.focus('#name');
  }

  override render(): TemplateResult {
    const { t } = this.#screen;
    const mine = this.me === null || this.me.functions.includes('teacher.register');
    return html`
      <header part="header">
        <div class="title" role="heading" aria-level=${this.headingLevel} tabindex="-1" data-heading>${t.register.title}</div>
        ${
          mine
            ? html`<div class="push">
                <div class="segments" role="group" aria-label=${t.register.title}>
                  <button type="button" aria-pressed=${!this.importing} @click=${() => (this.importing = false)}>${t.register.one}</button>
                  <button type="button" aria-pressed=${this.importing} @click=${() => this.#openImport()}>${t.register.many}</button>
                </div>
              </div>`
            : nothing
        }
      </header>
      <ol class="notes" aria-label=${t.register.notesLabel}>
        ${t.register.notes.map((note) => html`<li>${note}</li>`)}
      </ol>
      <slot name="help"></slot>
      ${this.#screen.render()}
      ${
        this.importing
          ? this.#import!.render(this.headingLevel)
          : mine
            ? html`<div class="register">
                ${this.#renderForm()}
                <div class="beside">
                  ${
                    this.#outcome?.receipts(
                      this.#screen,
                      { latest: this.receipt, done: this.done, asked: this.asked },
                      (entry) => this.#correct(entry),
                      () => void this.reload(),
                    ) ?? nothing
                  }
                </div>
              </div>`
            : emptyState(t.register.notYours, this.me?.head ? t.accounts.ask(this.me.head.name) : null, nothing)
      }
    `;
  }

  #renderForm(): TemplateResult {
    const { t, locale, blocked } = this.#screen;
    const { form } = this;
    const today = taipeiDay(new Date());
    const titles =
      this.codes?.titles.filter(({ active }) => active).map(({ code, names }) => ({ value: code, label: textIn(names, locale) })) ?? [];
    return html`<form class="form" novalidate autocomplete="off" aria-busy=${this.#ready.loading} @submit=${this.#onSubmit}>
      ${this.refusal ? this.#renderRefusal(this.refusal) : faultSummary(t, form, { ...t.field, nationalId: t.field.nationalIdLabel }, this.renderRoot)}
      ${this.question ? this.#renderQuestion(this.question) : nothing}
      <div @focusout=${this.#onNumberLeft}>
        ${textField(t, form, { name: 'nationalId', label: t.field.nationalIdLabel, hint: readingOf(t, form.values['nationalId'] ?? ''), autocapitalize: 'characters', required: true }, this.#type)}
      </div>
      ${textField(t, form, { name: 'name', label: t.field.name, required: true }, this.#type)}
      ${radioField(form, { name: 'sex', label: t.field.sex, choices: (['male', 'female'] as const).map((value) => ({ value, label: t.sex[value] })) }, this.#type)}
      ${dateField(t, form, { name: 'birthDate', label: t.field.birthDate, echo: (day) => t.register.dayEcho(day, today) }, this.#typeAll)}
      ${selectField(form, { name: 'title', label: t.field.title, choices: titles, empty: t.register.choose, required: true }, this.#type)}
      <div class="acts">
        <button class="btn primary" part="button button-primary" type="submit" value="one" aria-disabled=${blocked}>
          ${t.register.save}
        </button>
        <button class="btn" part="button" type="submit" value="next" aria-disabled=${blocked}>${t.register.saveNext}</button>
      </div>
      ${this.#notice?.render() ?? nothing}
    </form>`;
  }

  #renderRefusal(error: ApiError): TemplateResult {
    return this.#outcome!.refusal(
      this.#screen.t,
      error,
      this.form,
      {
        changeSex: (sex) => {
          this.refusal = null;
          this.#type('sex', sex);
          this.#screen.focus('#sex input:checked');
        },
        changeNumber: () => this.#screen.focus('#nationalId'),
      },
      this.#dispute,
    );
  }

  #renderQuestion({ check, body, goOn }: NonNullable<TeacherRegister['question']>): TemplateResult {
    const { t, blocked } = this.#screen;
    return this.#outcome!.question(t, check, blocked, {
      yes: () => void this.#register(body, goOn),
      no: () => {
        this.question = null;
        this.#screen.focus('#nationalId');
      },
    });
  }

  #titleName(code: string): string {
    return codeName(this.codes?.titles, code, this.#screen.locale);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'teacher-register': TeacherRegister;
  }
}
