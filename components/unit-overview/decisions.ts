/** What somebody is to decide: hand-overs, disputes, and what the level above should look at. Loaded once there is someone. */
import '../i18n/more.js';
import '../i18n/office.js';
import { css, html, nothing, type LitElement, type TemplateResult } from 'lit';
import type { Account, Attention, Handover, Me, Transfer } from '../../server/contract/wire.js';
import { partsOf, rocYear, taipeiDay } from '../../server/domain/dates.js';
import type { Screen } from '../controllers/screen.js';
import { dateField, dayOf } from '../parts/date-field.js';
import { choiceField } from '../parts/choice-field.js';
import { selectField, textField, type FormState } from '../parts/fields.js';
import { ReasonDialog } from '../parts/reason-dialog.js';
import { addStyles } from '../styles/add-styles.js';
import { date } from '../styles/date.js';

const styles = css`
  .decisions {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1rem;
    margin-block-start: 0.5rem;
  }
  .card {
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    padding: 0.875rem 1rem;
    display: grid;
    gap: 0.5rem;
  }
  .card.form {
    gap: 1rem;
    max-inline-size: 40rem;
  }
  .attention {
    display: grid;
    gap: 0.25rem;
  }
  .attention ul {
    margin: 0;
    padding-inline-start: 1.25rem;
  }
  .card table {
    table-layout: fixed;
    inline-size: 100%;
    max-inline-size: 48rem;
  }
  .card tr > :first-child {
    inline-size: clamp(4.5em, 25%, 9em);
  }
  .card tr > * {
    padding-inline: 0 0.5rem;
    overflow-wrap: anywhere;
  }
`;

/** What is decided stays to be seen for a while: it is the receipt of all three. */
const RECEIPT_MS = 14 * 86_400_000;

function isOfInterest({ acts, state, begunAt, approvedAt }: Handover): boolean {
  if (acts.length > 0 || (state !== 'done' && state !== 'refused')) return true;
  return Date.now() - Date.parse(approvedAt ?? begunAt) < RECEIPT_MS;
}

type Wish = { unitId: string; accounts: Account[] } | null;

export class Decisions {
  #handovers: Handover[] = [];
  #disputes: Transfer[] = [];
  #attention: Attention = { withoutHead: [], idleHeads: [], oldApplications: [] };
  /** Whom the office is handed to, while that is filled in. */
  #wish: Wish = null;
  #form: FormState = { values: {}, faults: {} };
  #judged: Record<string, FormState> = {};
  #reason: ReasonDialog;

  constructor(
    private readonly host: LitElement,
    private readonly screen: Screen,
    private readonly changed: () => void,
  ) {
    this.#reason = new ReasonDialog(host, screen);
    addStyles(host, date, styles);
  }

  async read({ role, functions }: Me): Promise<void> {
    const { client } = this.screen;
    const head = role === 'head';
    [this.#handovers, this.#disputes, this.#attention] = await Promise.all([
      client.call('GET /handovers').then(({ items }) => items.filter(isOfInterest)),
      head ? client.call('GET /transfers', { query: { direction: 'decide', pageSize: 100 } }).then(({ items }) => items) : [],
      head && functions.includes('account.manage') ? client.call('GET /units/attention') : this.#attention,
    ]);
    this.host.requestUpdate();
  }

  #open = async (unitId: string): Promise<void> => {
    const query = { unit: unitId, status: 'active', pageSize: 200 } as const;
    const { items } = await this.screen.client.call('GET /accounts', { query }).catch(() => ({ items: [] as Account[] }));
    const { year, month, day } = partsOf(taipeiDay(new Date()));
    this.#form = {
      values: { to: '', 'on.year': String(rocYear(year)), 'on.month': String(month), 'on.day': String(day) },
      faults: {},
    };
    this.#wish = { unitId, accounts: items.filter(({ role }) => role !== 'head') };
    this.host.requestUpdate();
    this.screen.focus('[data-handover]');
  };

  #close = (): void => {
    this.#wish = null;
    this.host.requestUpdate();
    this.screen.focus('[data-decisions]');
  };

  #typeAll = (values: Record<string, string>): void => {
    this.#form = { values: { ...this.#form.values, ...values }, faults: {} };
    this.host.requestUpdate();
  };

  #begin = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { t, blocked } = this.screen;
    const to = this.#form.values['to'] ?? '';
    const on = dayOf(this.#form, 'on');
    if (!to) this.#form.faults['to'] = t.common.required;
    if (!on) this.#form.faults['on'] = t.register.dayWrong;
    const [first] = Object.keys(this.#form.faults);
    if (first) return this.screen.focus(first === 'on' ? '#on input' : '#to');
    if (blocked) return;
    const body = { to, on: on! };
    const acted = await this.screen.act('handover.begin', [to], (client, more) => client.call('POST /handovers', { ...more, body }));
    if (!acted.ok) return;
    this.#wish = null;
    this.screen.saved(t.decide.begun(acted.value.to.name));
    this.#over();
  };

  #over(): void {
    this.screen.focus('[data-decisions]');
    this.changed();
  }

  async #step({ id, version }: Handover, act: 'consent' | 'approve'): Promise<void> {
    const { t } = this.screen;
    const route = act === 'consent' ? 'POST /handovers/:id/consent' : 'POST /handovers/:id/approval';
    const acted = await this.screen.act(`handover.${act}`, [id], (client, more) => client.call(route, { ...more, id, version }));
    if (!acted.ok) return;
    this.screen.saved(act === 'consent' ? t.decide.consented : t.decide.approved);
    // Somebody's own role may have changed with it.
    this.screen.connection!.changed();
    this.#over();
  }

  #refuse({ id, version }: Handover): void {
    const { t } = this.screen;
    this.#reason.ask({
      ...{ title: t.decide.refuseTitle, help: t.decide.refuseHelp, label: t.reason.label, confirm: t.decide.refuseSave },
      submit: async (reason) => {
        const acted = await this.screen.act('handover.refuse', [id], (client, more) =>
          client.call('POST /handovers/:id/refusal', { ...more, id, version, body: { reason } }),
        );
        if (!acted.ok) return false;
        this.screen.saved(t.decide.refused);
        this.#over();
        return true;
      },
    });
  }

  async #decide(event: Event, dispute: Transfer): Promise<void> {
    event.preventDefault();
    const { t, blocked } = this.screen;
    const form = this.#judged[dispute.id] ?? { values: {}, faults: {} };
    const decision = form.values[`decision-${dispute.id}`] as 'move' | 'correct' | 'refuse' | undefined;
    const reason = (form.values[`why-${dispute.id}`] ?? '').trim();
    form.faults = {
      ...(decision ? {} : { [`decision-${dispute.id}`]: t.common.required }),
      ...(reason ? {} : { [`why-${dispute.id}`]: t.reason.missing }),
    };
    this.#judged = { ...this.#judged, [dispute.id]: form };
    this.host.requestUpdate();
    const [first] = Object.keys(form.faults);
    if (first) return this.screen.focus(first.startsWith('why') ? `#${first}` : `#${first} input`);
    if (blocked) return;
    const { id, version } = dispute;
    const body = { decision: decision!, reason };
    const acted = await this.screen.act('transfer.decide', [id], (client, more) =>
      client.call('POST /transfers/:id/decision', { ...more, id, version, body }),
    );
    if (!acted.ok) return;
    this.screen.saved(t.decide.decided);
    this.#over();
  }

  render(me: Me, level: number): TemplateResult | typeof nothing {
    const { t, blocked } = this.screen;
    const head = me.role === 'head';
    const waits = this.#handovers.length + this.#disputes.length;
    const { withoutHead, idleHeads, oldApplications } = this.#attention;
    if (!head && waits === 0) return nothing;
    return html`<div class="decisions">
      ${waits > 0 ? html`<div class="subtitle" role="heading" aria-level=${level + 1} tabindex="-1" data-decisions>${t.decide.heading}</div>` : nothing}
      ${this.#handovers.map((handover) => this.#renderHandover(handover))}
      ${this.#disputes.map((dispute) => this.#renderDispute(dispute, level))}
      <div class="attention">
        ${this.#renderAttention(
          t.decide.withoutHead,
          withoutHead.map(({ id, name }) => html`<li>${name} ${this.#beginButton(id, name)}</li>`),
        )}
        ${this.#renderAttention(
          t.decide.idleHeads,
          idleHeads.map(
            ({ unit, head: { name }, days }) =>
              html`<li>${t.decide.idle(unit.name, name, days)} ${this.#beginButton(unit.id, unit.name)}</li>`,
          ),
        )}
        ${this.#renderAttention(
          t.decide.oldApplications,
          oldApplications.map(({ unit, name, days }) => html`<li>${t.decide.old(unit.name, name, days)}</li>`),
        )}
      </div>
      ${
        this.#wish
          ? this.#renderWish(this.#wish, level)
          : head && !this.#handovers.some(({ from, state }) => from?.id === me.account!.id && state !== 'done' && state !== 'refused')
            ? html`<div class="acts">
                <button class="btn" part="button" type="button" aria-disabled=${blocked} @click=${() => this.#open(me.unit!.id)}>
                  ${t.decide.begin}
                </button>
              </div>`
            : nothing
      }
      ${this.#reason.render()}
    </div>`;
  }

  #beginButton(unitId: string, unitName: string): TemplateResult {
    const { t } = this.screen;
    return html`<button
      class="btn quiet"
      part="button"
      type="button"
      aria-label="${t.decide.begin} ${unitName}"
      @click=${() => this.#open(unitId)}
    >
      ${t.decide.begin}
    </button>`;
  }

  #renderAttention(words: (count: number) => string, items: TemplateResult[]): TemplateResult | typeof nothing {
    if (items.length === 0) return nothing;
    return html`<details>
      <summary>${words(items.length)}</summary>
      <ul>
        ${items}
      </ul>
    </details>`;
  }

  #renderHandover(handover: Handover): TemplateResult {
    const { t, blocked } = this.screen;
    const { unit, from, to, on, state, acts, reason, waiting } = handover;
    const button = (label: string, act: () => void, look = ''): TemplateResult =>
      html`<button class="btn ${look}" part="button" type="button" aria-disabled=${blocked} @click=${() => (blocked ? undefined : act())}>
        ${label}
      </button>`;
    return html`<div class="card">
      <strong>${t.decide.handovers} · ${unit.name}</strong>
      <p>${t.decide.line(from?.name ?? null, to.name, t.common.day(on))}</p>
      <p class="muted">${t.decide.state[state]} · ${t.decide.goesAlong(waiting.accounts, waiting.teachers, waiting.transfers)}</p>
      ${reason ? html`<p>${t.account.reasonIs(reason)}</p>` : nothing}
      <div class="acts">
        ${acts.includes('consent') ? button(t.decide.consent, () => void this.#step(handover, 'consent'), 'primary') : nothing}
        ${acts.includes('approve') ? button(t.decide.approve, () => void this.#step(handover, 'approve'), 'primary') : nothing}
        ${acts.includes('refuse') ? button(t.decide.refuse, () => this.#refuse(handover)) : nothing}
      </div>
    </div>`;
  }

  #renderWish({ accounts }: NonNullable<Wish>, level: number): TemplateResult {
    const { t, blocked } = this.screen;
    const form = this.#form;
    const choices = accounts.map(({ id, name, title }) => ({ value: id, label: `${name}${t.common.paren(title)}` }));
    return html`<form class="card form" novalidate @submit=${this.#begin}>
      <div class="subtitle" role="heading" aria-level=${level + 1} tabindex="-1" data-handover>${t.decide.beginTitle}</div>
      <p class="hint">${t.decide.beginHelp}</p>
      ${
        accounts.length === 0
          ? html`<p>${t.decide.nobody}</p>`
          : html`${selectField(form, { name: 'to', label: t.decide.to, choices, empty: t.decide.choose, required: true }, (name, value) => this.#typeAll({ [name]: value }))}
            ${dateField(t, form, { name: 'on', label: t.decide.on, echo: (day) => t.common.dayLong(day) }, this.#typeAll)}`
      }
      <div class="acts">
        ${
          accounts.length === 0
            ? nothing
            : html`<button class="btn primary" part="button button-primary" type="submit" aria-disabled=${blocked}>
                ${t.decide.submit}
              </button>`
        }
        <button class="btn" part="button" type="button" @click=${this.#close}>${t.common.cancel}</button>
      </div>
    </form>`;
  }

  #renderDispute(dispute: Transfer, level: number): TemplateResult {
    const { t, blocked } = this.screen;
    const { id, name, reason, sides } = dispute;
    const form = this.#judged[id] ?? { values: {}, faults: {} };
    const type = (field: string, value: string): void => {
      this.#judged = { ...this.#judged, [id]: { values: { ...form.values, [field]: value }, faults: {} } };
      this.host.requestUpdate();
    };
    const { asking, giving } = sides!;
    const row = (label: string, of: (side: typeof asking) => string): TemplateResult =>
      html`<tr>
        <th scope="row">${label}</th>
        <td>${of(asking)}</td>
        <td>${giving ? of(giving) : t.decide.gone}</td>
      </tr>`;
    return html`<form class="card form" novalidate @submit=${(event: Event) => this.#decide(event, dispute)}>
      <div class="subtitle" role="heading" aria-level=${level + 1}>${t.decide.disputes} · ${name}</div>
      ${reason ? html`<p>${t.decide.because(reason)}</p>` : nothing}
      <table>
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
      </table>
      ${choiceField(form, { name: `decision-${id}`, label: t.decide.decision, choices: (['move', 'correct', 'refuse'] as const).map((value) => ({ value, label: t.decide.decisions[value] })) }, type)}
      ${textField(t, form, { name: `why-${id}`, label: t.decide.reason, required: true }, type)}
      <div class="acts">
        <button class="btn primary" part="button button-primary" type="submit" aria-disabled=${blocked}>${t.decide.save}</button>
      </div>
    </form>`;
  }
}
