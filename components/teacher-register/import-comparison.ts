/** A term's full list against the roster: who is not in it any more, and leaves with the import. */
import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import type { BodyOf } from '../../server/contract/call-types.js';
import type { Import } from '../../server/contract/wire.js';
import { partsOf, rocYear } from '../../server/domain/dates.js';
import { DEPARTURE_KINDS, type DepartureKind } from '../../server/domain/teachers.js';
import type { Screen } from '../controllers/screen.js';
import { dateField, dayOf } from '../parts/date-field.js';
import { selectField, textField, type FormState } from '../parts/fields.js';

type Change = BodyOf<'PATCH /teachers/imports/:id'>;

export class Comparison {
  #form: FormState = { values: {}, faults: {} };

  constructor(
    private readonly host: LitElement,
    private readonly screen: Screen,
    private readonly update: (change: Change) => Promise<void>,
  ) {}

  show({ departure }: Import): void {
    if (!departure) return;
    const { year, month, day } = partsOf(departure.on);
    this.#form = {
      values: {
        ...{ 'leave-kind': departure.kind, 'leave-note': departure.note ?? '' },
        ...{ 'leave-on.year': String(rocYear(year)), 'leave-on.month': String(month), 'leave-on.day': String(day) },
      },
      faults: {},
    };
  }

  #type = (name: string, value: string): void => this.#typeAll({ [name]: value });

  #typeAll = (values: Record<string, string>): void => {
    this.#form = { values: { ...this.#form.values, ...values }, faults: {} };
    this.host.requestUpdate();
  };

  /** Sent when a field is left; what is not complete waits. */
  #onLeave = (): void => {
    const { values } = this.#form;
    const on = dayOf(this.#form, 'leave-on');
    const note = (values['leave-note'] ?? '').trim();
    const kind = values['leave-kind'] as DepartureKind;
    if (!on || (kind === 'other' && note === '')) {
      this.#form.faults = on ? { 'leave-note': this.screen.t.reason.missing } : { 'leave-on': this.screen.t.register.dayWrong };
      this.host.requestUpdate();
      return;
    }
    void this.update({ departure: { kind, on, ...(note ? { note } : {}) } });
  };

  render(shown: Import, level: number): TemplateResult {
    const { t, blocked } = this.screen;
    const leaving = shown.gone.filter(({ leaves }) => leaves).length;
    return html`<section class="form">
      <label class="check"
        ><input
          type="checkbox"
          .checked=${shown.complete}
          ?disabled=${blocked}
          @change=${(event: Event) => void this.update({ complete: (event.target as HTMLInputElement).checked })}
        />
        <span>${t.import.complete}<small class="hint">${t.import.completeHelp}</small></span></label
      >
      ${!shown.complete ? nothing : shown.gone.length === 0 ? html`<p>${t.import.goneNone}</p>` : this.#renderGone(shown, leaving, level)}
    </section>`;
  }

  #renderGone({ gone }: Import, leaving: number, level: number): TemplateResult {
    const { t, blocked } = this.screen;
    const form = this.#form;
    const toggle = (id: string, leaves: boolean): void => {
      const staying = gone.filter((each) => (each.id === id ? !leaves : !each.leaves)).map((each) => each.id);
      void this.update({ staying });
    };
    return html`<div class="subtitle" role="heading" aria-level=${level + 2}>${t.import.gone(gone.length)}</div>
      <p class="hint">${t.import.leaving(leaving)} · ${t.import.goneHelp}</p>
      <ul class="gone">
        ${gone.map(
          ({ id, name, leaves, doubtful }) =>
            html`<li>
              <label class="check"
                ><input
                  type="checkbox"
                  aria-label=${t.import.leaves(name)}
                  .checked=${leaves}
                  ?disabled=${blocked}
                  @change=${(event: Event) => toggle(id, (event.target as HTMLInputElement).checked)}
                />
                <span>${name}${doubtful ? html`<small class="fault">${t.import.doubtful}</small>` : nothing}</span></label
              >
            </li>`,
        )}
      </ul>
      ${
        leaving === 0
          ? nothing
          : html`<div class="leave" @change=${this.#onLeave}>
              ${selectField(form, { name: 'leave-kind', label: t.import.kind, choices: DEPARTURE_KINDS.map((value) => ({ value, label: t.departure[value] })) }, this.#type)}
              ${dateField(t, form, { name: 'leave-on', label: t.import.on, echo: (day) => t.common.dayLong(day) }, this.#typeAll)}
              ${textField(t, form, { name: 'leave-note', label: t.import.note, optional: form.values['leave-kind'] !== 'other' }, this.#type)}
            </div>`
      }`;
  }
}
