/** 離職／轉校／退休: why, from when, where to; the statistics use the kind. */
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { BodyOf } from '../../server/contract/call-types.js';
import type { Teacher } from '../../server/contract/wire.js';
import { partsOf, rocYear, taipeiDay } from '../../server/domain/dates.js';
import { DEPARTURE_KINDS, type DepartureKind } from '../../server/domain/teachers.js';
import { isComposing } from '../controllers/composing.js';
import type { Screen } from '../controllers/screen.js';
import { dateField, dayOf } from '../parts/date-field.js';
import { choiceField } from '../parts/choice-field.js';
import { textField, type FormState } from '../parts/fields.js';
import { UnitSearch } from '../parts/unit-search.js';

type Body = BodyOf<'POST /teachers/:id/departure'>;

export class DepartureDialog {
  #teacher: Teacher | null = null;
  #submit: (body: Body) => Promise<boolean> = async () => false;
  #form: FormState = { values: {}, faults: {} };
  #school: UnitSearch;

  constructor(
    private readonly host: ReactiveControllerHost & { renderRoot: ParentNode },
    private readonly screen: Screen,
  ) {
    this.#school = new UnitSearch(host, screen, () => undefined);
  }

  ask(teacher: Teacher, submit: (body: Body) => Promise<boolean>): void {
    const { year, month, day } = partsOf(taipeiDay(new Date()));
    this.#teacher = teacher;
    this.#submit = submit;
    this.#school = new UnitSearch(this.host, this.screen, () => undefined);
    this.#form = {
      values: { kind: 'resigned', note: '', 'on.year': String(rocYear(year)), 'on.month': String(month), 'on.day': String(day) },
      faults: {},
    };
    this.host.requestUpdate();
    void this.host.updateComplete.then(() => {
      this.#dialog?.showModal();
      this.#dialog?.querySelector<HTMLInputElement>('input[type=radio]')?.focus();
    });
  }

  get #dialog(): HTMLDialogElement | null {
    return this.host.renderRoot.querySelector('dialog[data-departure]');
  }

  #close = (): void => {
    this.#dialog?.close();
    this.#teacher = null;
    this.screen.focus('[data-panel-heading]');
  };

  #type = (name: string, value: string): void => this.#typeAll({ [name]: value });

  #typeAll = (values: Record<string, string>): void => {
    Object.assign(this.#form.values, values);
    this.#form.faults = {};
    this.host.requestUpdate();
  };

  #onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { t, busy } = this.screen;
    if (busy) return;
    const { values } = this.#form;
    const kind = values['kind'] as DepartureKind;
    const on = dayOf(this.#form, 'on');
    const note = (values['note'] ?? '').trim();
    if (!on) this.#form.faults['on'] = t.register.dayWrong;
    if (kind === 'other' && note === '') this.#form.faults['note'] = t.reason.missing;
    const [first] = Object.keys(this.#form.faults);
    if (first) {
      this.screen.focus(first === 'on' ? '#on input' : '#note');
      return;
    }
    this.#dialog?.close();
    this.#teacher = null;
    const school = kind === 'transferred' ? this.#school.chosen : null;
    await this.#submit({ kind, on: on!, ...(note ? { note } : {}), ...(school ? { toUnitId: school.id } : {}) });
  };

  #onKeydown = (event: KeyboardEvent): void => {
    if (!isComposing(event) && (event.key === 'Escape' || event.key === 'Enter')) event.stopPropagation();
  };

  render(): TemplateResult | typeof nothing {
    const teacher = this.#teacher;
    if (!teacher) return nothing;
    const { t } = this.screen;
    const form = this.#form;
    return html`<dialog data-departure part="dialog" aria-labelledby="departure-title" @cancel=${this.#close} @keydown=${this.#onKeydown}>
      <form class="form" novalidate @submit=${this.#onSubmit}>
        <div class="subtitle" id="departure-title" role="heading" aria-level="3">${t.entry.departTitle(teacher.name)}</div>
        <p class="hint">${t.entry.departHelp}</p>
        ${choiceField(form, { name: 'kind', label: t.field.kind, choices: DEPARTURE_KINDS.map((value) => ({ value, label: t.departure[value] })) }, this.#type)}
        ${dateField(t, form, { name: 'on', label: t.field.on, echo: (day) => t.common.dayLong(day) }, this.#typeAll)}
        ${form.values['kind'] === 'transferred' ? this.#school.render(`${t.field.toUnitId}${t.common.paren(t.common.optional)} · ${t.entry.schoolSearch}`, t.entry.chosenSchool) : nothing}
        ${textField(t, form, { name: 'note', label: t.field.note, optional: form.values['kind'] !== 'other' }, this.#type)}
        <div class="acts">
          <button class="btn" part="button" type="button" @click=${this.#close}>${t.common.cancel}</button>
          <button class="btn danger" part="button" type="submit">${t.entry.departSave(teacher.name)}</button>
        </div>
      </form>
    </dialog>`;
  }
}
