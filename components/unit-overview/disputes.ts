/** Transfers whose two schools disagree about the person: both sides, and the decision of the head above them. */
import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import type { Transfer } from '../../server/contract/wire.js';
import type { Screen } from '../controllers/screen.js';
import { choiceField } from '../parts/choice-field.js';
import { textField, typed, type FormState } from '../parts/fields.js';

const DECISIONS = ['move', 'correct', 'refuse'] as const;
type Side = NonNullable<NonNullable<Transfer['sides']>['asking']>;

export class Disputes {
  items: readonly Transfer[] = [];
  /** The form input of each dispute, by its id. */
  #forms: Record<string, FormState> = {};

  constructor(
    private readonly host: LitElement,
    private readonly screen: Screen,
    private readonly decided: () => Promise<void>,
  ) {}

  async read(): Promise<void> {
    this.items = (await this.screen.client.call('GET /transfers', { query: { direction: 'decide', pageSize: 100 } })).items;
  }

  #formOf(id: string): FormState {
    return this.#forms[id] ?? { values: {}, faults: {} };
  }

  #keep(id: string, form: FormState): void {
    this.#forms = { ...this.#forms, [id]: form };
    this.host.requestUpdate();
  }

  async #decide(event: Event, { id, version }: Transfer): Promise<void> {
    event.preventDefault();
    const { t } = this.screen;
    const { values } = this.#formOf(id);
    const decision = values[`decision-${id}`] as (typeof DECISIONS)[number] | undefined;
    const reason = (values[`why-${id}`] ?? '').trim();
    const faults = {
      ...(decision ? {} : { [`decision-${id}`]: t.common.required }),
      ...(reason ? {} : { [`why-${id}`]: t.reason.missing }),
    };
    this.#keep(id, { values, faults });
    if (!decision) return this.screen.focus(`#decision-${id} input`);
    if (reason === '') return this.screen.focus(`#why-${id}`);
    const body = { decision, reason };
    const acted = await this.screen.act('transfer.decide', [id], (client, more) =>
      client.call('POST /transfers/:id/decision', { ...more, id, version, body }),
    );
    if (!acted.ok) return;
    this.screen.saved(t.decide.decided);
    await this.decided();
  }

  render(level: number): TemplateResult[] {
    return this.items.map((dispute) => this.#renderOne(dispute, level));
  }

  #renderOne(dispute: Transfer, level: number): TemplateResult {
    const { t, blocked } = this.screen;
    const { id, name, reason } = dispute;
    const form = this.#formOf(id);
    const type = (field: string, value: string): void => this.#keep(id, typed(form, { [field]: value }));
    const choices = DECISIONS.map((value) => ({ value, label: t.decide.decisions[value] }));
    return html`<form class="card form" novalidate @submit=${(event: Event) => this.#decide(event, dispute)}>
      <div class="subtitle" role="heading" aria-level=${level + 1}>${t.decide.disputes} · ${name}</div>
      ${reason ? html`<p>${t.decide.because(reason)}</p>` : nothing} ${this.#renderSides(dispute)}
      ${choiceField(form, { name: `decision-${id}`, label: t.decide.decision, choices }, type)}
      ${textField(t, form, { name: `why-${id}`, label: t.decide.reason, required: true }, type)}
      <div class="acts">
        <button class="btn primary" part="button button-primary" type="submit" aria-disabled=${blocked}>${t.decide.save}</button>
      </div>
    </form>`;
  }

  #renderSides({ name, sides, unreadable }: Transfer): TemplateResult {
    const { t } = this.screen;
    const { asking, giving } = sides!;
    const row = (label: string, of: (side: Side) => string): TemplateResult =>
      html`<tr>
        <th scope="row">${label}</th>
        <td>${asking ? of(asking) : t.roster.unreadable}</td>
        <td>${giving ? of(giving) : unreadable && asking ? t.roster.unreadable : t.decide.gone}</td>
      </tr>`;
    return html`<table>
      <caption class="visually-hidden">
        ${t.decide.both(name)}
      </caption>
      <thead>
        <tr>
          <td></td>
          <th scope="col">${t.decide.asking}</th>
          <th scope="col">${t.decide.giving}</th>
        </tr>
      </thead>
      <tbody>
        ${row(t.field.school, ({ unit }) => unit.name)} ${row(t.field.name, (side) => side.name)}
        ${row(t.field.sex, ({ sex }) => t.sex[sex])} ${row(t.field.nationalId, ({ nationalId }) => nationalId)}
        ${row(t.field.birthDate, ({ birthDate }) => t.common.dayLong(birthDate))}
      </tbody>
    </table>`;
  }
}
