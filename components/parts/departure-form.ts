/** 離職／轉校／退休: the kind, the day and the note of a departure; statistics use the kind. */
import { html, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { BodyOf } from '../../server/contract/call-types.js';
import { taipeiDay } from '../../server/domain/dates.js';
import { DEPARTURE_KINDS, type DepartureKind } from '../../server/domain/teachers.js';
import type { Screen } from '../controllers/screen.js';
import { choiceField } from './choice-field.js';
import { boxesOf, dateField, dayOf } from './date-field.js';
import { textField, typed, type FormState } from './fields.js';

export type DepartureBody = BodyOf<'POST /teachers/:id/departure'>;

export class DepartureForm {
  #form: FormState = { values: {}, faults: {} };

  /**
   * @param prefix distinguishes the ids of two such forms in one element
   */
  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly screen: Screen,
    private readonly prefix: string,
  ) {}

  /** Starts with today, or with the stored departure. */
  start({ kind = 'resigned', on = taipeiDay(new Date()), note = null }: Partial<DepartureBody> = {}): void {
    const { prefix } = this;
    const values = { [`${prefix}kind`]: kind, [`${prefix}note`]: note ?? '', ...boxesOf(`${prefix}on`, on) };
    this.#form = { values, faults: {} };
  }

  get kind(): DepartureKind {
    return this.#form.values[`${this.prefix}kind`] as DepartureKind;
  }

  /** The input; null if something is missing, which is then shown at its field, with focus. */
  read(): DepartureBody | null {
    const { t } = this.screen;
    const [onName, noteName] = [`${this.prefix}on`, `${this.prefix}note`];
    const on = dayOf(this.#form, onName);
    const note = (this.#form.values[noteName] ?? '').trim();
    this.#form.faults = {
      ...(on ? {} : { [onName]: t.register.dayWrong }),
      ...(this.kind === 'other' && note === '' ? { [noteName]: t.reason.missing } : {}),
    };
    const [first] = Object.keys(this.#form.faults);
    if (on && !first) return { kind: this.kind, on, ...(note ? { note } : {}) };
    this.screen.focus(first === onName ? `#${onName} input` : `#${noteName}`);
    return null;
  }

  #type = (name: string, value: string): void => this.#typeAll({ [name]: value });

  #typeAll = (values: Record<string, string>): void => {
    this.#form = typed(this.#form, values);
    this.host.requestUpdate();
  };

  /**
   * @param kindField the control of the kind: radio buttons or a list
   */
  render(kindField: typeof choiceField = choiceField, between?: unknown): TemplateResult {
    const { t } = this.screen;
    const { prefix } = this;
    const choices = DEPARTURE_KINDS.map((value) => ({ value, label: t.departure[value] }));
    return html`${kindField(this.#form, { name: `${prefix}kind`, label: t.field.kind, choices }, this.#type)}
    ${dateField(t, this.#form, { name: `${prefix}on`, label: t.field.on, echo: (day) => t.common.dayLong(day) }, this.#typeAll)} ${between}
    ${textField(t, this.#form, { name: `${prefix}note`, label: t.field.note, optional: this.kind !== 'other' }, this.#type)}`;
  }
}
