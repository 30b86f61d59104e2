/** Hand-overs of the head's role: start, consent, approval and refusal. */
import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import type { Account, Handover } from '../../server/contract/wire.js';
import { taipeiDay } from '../../server/domain/dates.js';
import { TOPMOST_WAITING_DAYS } from '../../server/domain/handover.js';
import type { Screen } from '../controllers/screen.js';
import { actButton } from '../parts/act-button.js';
import { boxesOf, dateField, dayOf } from '../parts/date-field.js';
import { selectField, typed, type FormState } from '../parts/fields.js';
import { ReasonDialog } from '../parts/reason-dialog.js';

/** A completed hand-over stays visible for a while, as a receipt for all three parties. */
const RECEIPT_MS = 14 * 86_400_000;

const isOver = ({ state }: Handover): boolean => state === 'done' || state === 'refused';

function isOfInterest(handover: Handover): boolean {
  const { acts, begunAt, approvedAt } = handover;
  return acts.length > 0 || !isOver(handover) || Date.now() - Date.parse(approvedAt ?? begunAt) < RECEIPT_MS;
}

export class HandOvers {
  items: readonly Handover[] = [];
  /** The possible successors, while the form of a hand-over is open. */
  #successors: readonly Account[] | null = null;
  /** Whether the form is about the topmost unit, where nobody approves. */
  #isTopmost = false;
  #form: FormState = { values: {}, faults: {} };
  #reason: ReasonDialog;

  constructor(
    private readonly host: LitElement,
    private readonly screen: Screen,
    private readonly decided: () => Promise<void>,
    /** Moves focus to the next pending decision. */
    private readonly back: () => void,
  ) {
    this.#reason = new ReasonDialog(host, screen);
  }

  async read(): Promise<void> {
    const { items } = await this.screen.client.call('GET /handovers');
    this.items = items.filter(isOfInterest);
  }

  /** Whether a hand-over of this head is open. */
  isUnderWay(headId: string): boolean {
    return this.items.some((handover) => handover.from?.id === headId && !isOver(handover));
  }

  #open = async (unitId: string): Promise<void> => {
    const me = await this.screen.connection!.me();
    this.#isTopmost = me.unit?.id === unitId && me.unit.parent === null;
    const query = { unit: unitId, status: 'active', pageSize: 200 } as const;
    const read = await this.screen.send(() => this.screen.client.call('GET /accounts', { query }));
    if (!read.ok) return;
    const { items } = read.value;
    this.#form = { values: { to: '', ...boxesOf('on', taipeiDay(new Date())) }, faults: {} };
    this.#successors = items.filter(({ role }) => role !== 'head');
    this.host.requestUpdate();
    this.screen.focus('[data-handover]');
  };

  #close = (): void => {
    this.#successors = null;
    this.host.requestUpdate();
    this.back();
  };

  #type = (name: string, value: string): void => this.#typeAll({ [name]: value });

  #typeAll = (values: Record<string, string>): void => {
    this.#form = typed(this.#form, values);
    this.host.requestUpdate();
  };

  #begin = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { t } = this.screen;
    const to = this.#form.values['to'] ?? '';
    const on = dayOf(this.#form, 'on');
    this.#form.faults = { ...(to ? {} : { to: t.common.required }), ...(on ? {} : { on: t.register.dayWrong }) };
    if (!to || !on) return this.screen.focus(to ? '#on input' : '#to');
    const acted = await this.screen.act('handover.begin', [to], (client, more) =>
      client.call('POST /handovers', { ...more, body: { to, on } }),
    );
    if (!acted.ok) return;
    this.#successors = null;
    this.screen.saved(t.decide.begun(acted.value.to.name));
    await this.decided();
  };

  async #step({ id, version }: Handover, act: 'consent' | 'approve'): Promise<void> {
    const { t } = this.screen;
    const path = act === 'consent' ? 'POST /handovers/:id/consent' : 'POST /handovers/:id/approval';
    const acted = await this.screen.act(`handover.${act}`, [id], (client, more) => client.call(path, { ...more, id, version }));
    if (!acted.ok) return;
    const { state, on } = acted.value;
    const consented = state === 'consented' ? t.decide.consented : t.decide.announced(t.common.day(on));
    this.screen.saved(act === 'consent' ? consented : t.decide.approved);
    // The caller's own role may have changed.
    this.screen.connection!.changed();
    await this.decided();
  }

  #refuse({ id, version }: Handover): void {
    const { t } = this.screen;
    this.#reason.ask({
      title: t.decide.refuseTitle,
      help: t.decide.refuseHelp,
      label: t.reason.label,
      confirm: t.decide.refuseSave,
      submit: async (reason) => {
        const acted = await this.screen.act('handover.refuse', [id], (client, more) =>
          client.call('POST /handovers/:id/refusal', { ...more, id, version, body: { reason } }),
        );
        if (!acted.ok) return false;
        this.screen.saved(t.decide.refused);
        await this.decided();
        return true;
      },
    });
  }

  render(): TemplateResult {
    return html`${this.items.map((handover) => this.#renderOne(handover))}${this.#reason.render()}`;
  }

  /** The form of a new hand-over, or the button that opens it for the caller's own unit. */
  renderNew(ownUnitId: string | null, level: number): TemplateResult | typeof nothing {
    if (this.#successors) return this.#renderForm(this.#successors, level);
    if (ownUnitId === null) return nothing;
    return html`<div class="acts">${actButton(this.screen, this.screen.t.decide.begin, () => this.#open(ownUnitId))}</div>`;
  }

  /** The same for a unit one level below. */
  renderBegin(unitId: string, unitName: string): TemplateResult {
    const { begin } = this.screen.t.decide;
    return actButton(this.screen, begin, () => this.#open(unitId), { look: 'quiet', name: `${begin} ${unitName}` });
  }

  #renderOne(handover: Handover): TemplateResult {
    const { t } = this.screen;
    const { unit, from, to, on, state, acts, reason, waiting } = handover;
    const button = (act: 'consent' | 'approve' | 'refuse', write: () => void, look = ''): TemplateResult | typeof nothing =>
      acts.includes(act) ? actButton(this.screen, t.decide[act], write, { look }) : nothing;
    return html`<div class="card">
      <strong>${t.decide.handovers} · ${unit.name}</strong>
      <p>${t.decide.line(from?.name ?? null, to.name, t.common.day(on))}</p>
      <p class="muted">${t.decide.state[state]} · ${t.decide.goesAlong(waiting.accounts, waiting.teachers, waiting.transfers)}</p>
      ${reason ? html`<p>${t.account.reasonIs(reason)}</p>` : nothing}
      <div class="acts">
        ${button('consent', () => void this.#step(handover, 'consent'), 'primary')}
        ${button('approve', () => void this.#step(handover, 'approve'), 'primary')} ${button('refuse', () => this.#refuse(handover))}
      </div>
    </div>`;
  }

  #renderForm(successors: readonly Account[], level: number): TemplateResult {
    const { t, blocked } = this.screen;
    const form = this.#form;
    const nobody = successors.length === 0;
    const choices = successors.map(({ id, name, title }) => ({ value: id, label: `${name}${t.common.paren(title)}` }));
    return html`<form class="card form" novalidate @submit=${this.#begin}>
      <div class="subtitle" role="heading" aria-level=${level + 1} tabindex="-1" data-handover>${t.decide.beginTitle}</div>
      <p class="hint">${this.#isTopmost ? t.decide.beginHelpTopmost(TOPMOST_WAITING_DAYS) : t.decide.beginHelp}</p>
      ${
        nobody
          ? html`<p>${t.decide.nobody}</p>`
          : html`${selectField(form, { name: 'to', label: t.decide.to, choices, empty: t.decide.choose, required: true }, this.#type)}
            ${dateField(t, form, { name: 'on', label: t.decide.on, echo: (day) => t.common.dayLong(day) }, this.#typeAll)}`
      }
      <div class="acts">
        ${nobody ? nothing : html`<button class="btn primary" part="button button-primary" type="submit" aria-disabled=${blocked}>${t.decide.submit}</button>`}
        <button class="btn" part="button" type="button" @click=${this.#close}>${t.common.cancel}</button>
      </div>
    </form>`;
  }
}
