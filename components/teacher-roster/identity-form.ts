/** Corrects or renews the identity number of the same person. */
import { html, type TemplateResult } from 'lit';
import type { BodyOf } from '../../server/contract/call-types.js';
import type { Teacher } from '../../server/contract/wire.js';
import { taipeiDay } from '../../server/domain/dates.js';
import type { ApiError } from '../api/api-error.js';
import type { Screen, ScreenHost } from '../controllers/screen.js';
import { dateField, dayOf } from '../parts/date-field.js';
import { faultSummary, radioField, textField, type FormState } from '../parts/fields.js';
import { readingOf } from '../parts/id-reading.js';

type Body = BodyOf<'POST /teachers/:id/identity'>;

export class IdentityForm {
  #form: FormState = { values: {}, faults: {} };
  #submit: (body: Body) => Promise<ApiError | null> = async () => null;

  constructor(
    private readonly host: ScreenHost,
    private readonly screen: Screen,
  ) {}

  open(teacher: Teacher, submit: (body: Body) => Promise<ApiError | null>): void {
    this.#form = { values: { sex: teacher.sex, nationalId: '', reason: '' }, faults: {} };
    this.#submit = submit;
    this.screen.focus('#nationalId');
  }

  #type = (name: string, value: string): void => this.#typeAll({ [name]: value });

  #typeAll = (values: Record<string, string>): void => {
    Object.assign(this.#form.values, values);
    this.#form.faults = {};
    this.screen.setDirty(true);
    this.host.requestUpdate();
  };

  #onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { t } = this.screen;
    const { values } = this.#form;
    const birthDate = dayOf(this.#form, 'birthDate');
    if (!birthDate) this.#form.faults['birthDate'] = t.register.dayWrong;
    if (!values['nationalId']?.trim()) this.#form.faults['nationalId'] = t.common.required;
    if (!values['reason']?.trim()) this.#form.faults['reason'] = t.reason.missing;
    if (Object.keys(this.#form.faults).length === 0) {
      const error = await this.#submit({
        nationalId: values['nationalId']!,
        sex: values['sex'] as 'male' | 'female',
        birthDate: birthDate!,
        reason: values['reason']!,
      });
      if (!error) return;
      this.#form.faults = error.faults;
    }
    if (Object.keys(this.#form.faults).length > 0) this.screen.focus('[data-summary]');
    this.host.requestUpdate();
  };

  render(back: () => void): TemplateResult {
    const { t, blocked } = this.screen;
    const form = this.#form;
    const today = taipeiDay(new Date());
    return html`<form class="form" novalidate @submit=${this.#onSubmit}>
      ${faultSummary(t, form, { ...t.field, birthDate: t.field.birthDate }, this.host.renderRoot)}
      <p class="hint">${t.entry.correctHelp}</p>
      ${textField(t, form, { name: 'nationalId', label: t.field.nationalIdLabel, autocapitalize: 'characters', hint: readingOf(t, form.values['nationalId'] ?? ''), required: true }, this.#type)}
      ${radioField(form, { name: 'sex', label: t.field.sex, choices: (['male', 'female'] as const).map((value) => ({ value, label: t.sex[value] })) }, this.#type)}
      ${dateField(t, form, { name: 'birthDate', label: t.field.birthDate, echo: (day) => t.register.dayEcho(day, today) }, this.#typeAll)}
      ${textField(t, form, { name: 'reason', label: t.field.reason, required: true }, this.#type)}
      <div class="acts">
        <button class="btn primary" part="button button-primary" type="submit" aria-disabled=${blocked}>${t.entry.correctSave}</button>
        <button class="btn" part="button" type="button" @click=${back}>${t.common.cancel}</button>
      </div>
    </form>`;
  }
}
