import '../i18n/more.js';
import '../i18n/office.js';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { Codes, Me, TrailEntry, TrailPage } from '../../server/contract/wire.js';
import { readDay } from '../../server/domain/dates.js';
import type { TrailAction } from '../../server/domain/trail.js';
import type { Client } from '../api/client.js';
import { RequestController } from '../controllers/request.js';
import { Screen, type ScreenHost } from '../controllers/screen.js';
import { InserviceReadyEvent } from '../events.js';
import type { PartialMessages } from '../i18n/locale.js';
import { selectField, textField, type FormState } from '../parts/fields.js';
import { emptyState } from '../parts/empty-state.js';
import { actionName, changesOf } from '../parts/trail-list.js';
import { when } from '../parts/when.js';
import { controls } from '../styles/controls.js';
import { forms } from '../styles/forms.js';
import { list } from '../styles/list.js';
import { tokens } from '../styles/tokens.js';

const DAY_MS = 86_400_000;

/**
 * @summary 異動紀錄: who did what to whom, when and why; with what was denied.
 *
 * @slot - Shown before the script runs, or without it.
 * @event {InserviceReadyEvent} inservice-ready - The first entries are drawn.
 * @event {InserviceErrorEvent} inservice-error - A call failed.
 * @event {InserviceAuthRequiredEvent} inservice-auth-required - Nobody is signed in.
 * @csspart table - The entries.
 * @cssproperty --inservice-color-accent - The one accent colour.
 */
export class AuditTrail extends LitElement implements ScreenHost {
  static override styles = [
    tokens,
    controls,
    forms,
    list,
    css`
      td.when,
      td.who {
        white-space: nowrap;
      }
      th:last-child,
      td:last-child {
        text-align: start;
      }
      .denied {
        color: var(--_danger);
      }
      .more {
        padding: 0.75rem 1.5rem 1.25rem;
      }
      @container (max-width: 40rem) {
        tbody tr {
          grid-template-columns: minmax(0, 1fr);
        }
        tbody th {
          grid-row: 1;
          font-size: 1em;
        }
        td.when,
        td.who {
          white-space: normal;
        }
        td:last-child {
          grid-column: 1 / -1;
          grid-row: auto;
          align-self: auto;
        }
      }
    `,
  ];

  /** The URL where the kit is mounted, such as `/inservice`. */
  @property({ attribute: 'base-url' }) baseUrl: string | null = null;
  /** The unit whose audit trail is shown; the caller's own unit by default. */
  @property() unit: string | null = null;
  /** The id of an account or a roster entry, to show only its audit entries. */
  @property() target: string | null = null;
  /** Level of the element's heading. */
  @property({ type: Number, attribute: 'heading-level' }) headingLevel = 2;
  /** Called for each request; the token is not stored. */
  @property({ attribute: false }) getToken: (() => Promise<string>) | undefined;
  /** A client of the host page, instead of `base-url`. */
  @property({ attribute: false }) client: Client | undefined;
  /** Overrides for any of the texts. */
  @property({ attribute: false }) messages: PartialMessages | undefined;

  @state() private me: Me | null = null;
  @state() private codes: Codes | null = null;
  @state() private items: TrailEntry[] = [];
  @state() private form: FormState = { values: { action: '', from: '', to: '' }, faults: {} };

  #screen = new Screen(this);
  #cursor: string | null = null;
  /** The submitted search; later input waits for the next submit. */
  #wanted: Record<string, string> = {};
  #page = new RequestController<TrailPage>(this, this.#screen, (signal) => this.#read(signal));

  /** Reads the newest entries. */
  async reload(): Promise<void> {
    const first = this.#page.value === null;
    this.#cursor = null;
    if (!(await this.#page.run())) return;
    if (first) this.dispatchEvent(new InserviceReadyEvent());
  }

  /** Removes the displayed data. */
  forget(): void {
    this.me = null;
    this.codes = null;
    this.items = [];
    this.#page.forget();
  }

  get #mine(): boolean {
    const functions = this.me?.functions ?? [];
    return functions.includes('account.manage') || (this.target !== null && functions.includes('teacher.manage'));
  }

  async #read(signal: AbortSignal): Promise<TrailPage> {
    const { connection, client } = this.#screen;
    // Without the code lists the entries show codes.
    [this.me, this.codes] = await Promise.all([connection!.me(), connection!.codes().catch(() => null)]);
    if (!this.#mine) return { items: [], nextCursor: null };
    const { action, from, to } = this.#wanted;
    const midnight = (day: string | undefined, days: number): string => {
      const iso = day ? readDay(day) : null;
      return iso ? new Date(Date.parse(`${iso}T00:00:00+08:00`) + days * DAY_MS).toISOString().replace(/\.\d+/, '') : '';
    };
    const days = { from: midnight(from, 0), to: midnight(to, 1) };
    const query = { unit: this.unit, target: this.target, action: action as TrailAction, ...days, cursor: this.#cursor };
    const page = await client.call('GET /audit', { query, signal });
    // Set when the response arrives, so that a retry after a failure continues at the same entry.
    this.items = this.#cursor === null ? page.items : [...this.items, ...page.items];
    return page;
  }

  #more = async (): Promise<void> => {
    this.#cursor = this.#page.value?.nextCursor ?? null;
    const before = this.items.length;
    if (!(await this.#page.run())) return;
    this.#screen.say(this.#screen.t.audit.found(this.items.length));
    this.#screen.focus(`[data-entry="${before}"]`);
  };

  #onSearch = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { t } = this.#screen;
    const faults = Object.fromEntries(
      (['from', 'to'] as const)
        .filter((name) => this.form.values[name] && !readDay(this.form.values[name]!))
        .map((name) => [name, t.register.dayWrong]),
    );
    this.form = { ...this.form, faults };
    const [first] = Object.keys(faults);
    if (first) return this.#screen.focus(`#${first}`);
    this.#wanted = { ...this.form.values };
    await this.reload();
    this.#screen.say(t.audit.found(this.items.length));
  };

  #type = (name: string, value: string): void => {
    this.form = { values: { ...this.form.values, [name]: value }, faults: {} };
  };

  override render(): TemplateResult {
    const { t } = this.#screen;
    return html`
      <header part="header"><div class="title" role="heading" aria-level=${this.headingLevel}>${t.audit.title}</div></header>
      ${this.#screen.render()}
      ${this.me && !this.#mine ? emptyState(t.audit.notYours, this.me.head ? t.accounts.ask(this.me.head.name) : null, nothing) : this.#renderBody()}
    `;
  }

  #renderBody(): TemplateResult {
    const { t } = this.#screen;
    const actions = Object.entries(t.action).map(([value, label]) => ({ value, label }));
    return html`
      <form class="tools" novalidate @submit=${this.#onSearch}>
        ${selectField(this.form, { name: 'action', label: t.audit.action, choices: actions, empty: t.audit.every }, this.#type)}
        ${textField(t, this.form, { name: 'from', label: t.audit.from, inputmode: 'numeric' }, this.#type)}
        ${textField(t, this.form, { name: 'to', label: t.audit.to, inputmode: 'numeric' }, this.#type)}
        <button class="btn" part="button" type="submit">${t.common.search}</button>
      </form>
      <div class="list" aria-busy=${this.#page.loading}>
        ${this.#page.value && this.items.length === 0 ? emptyState(t.audit.empty, null, nothing) : this.#renderTable()}
      </div>
      ${
        this.#page.value?.nextCursor
          ? html`<div class="more">
              <button class="btn" part="button" type="button" @click=${this.#more}>${t.audit.more}</button>
            </div>`
          : nothing
      }
    `;
  }

  #renderTable(): TemplateResult {
    const { t } = this.#screen;
    const headings = [t.audit.when, t.audit.who, t.audit.what, t.audit.whom, t.audit.detail];
    return html`<table role="table" part="table">
      <caption>
        ${this.#page.first ? t.common.loading : t.audit.found(this.items.length)}
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          ${headings.map((heading) => html`<th scope="col" role="columnheader">${heading}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${this.items.map((entry, index) => this.#renderEntry(entry, index))}
      </tbody>
    </table>`;
  }

  #renderEntry(entry: TrailEntry, index: number): TemplateResult {
    const { t } = this.#screen;
    const { at, actor, action, target, outcome, reason } = entry;
    const changes = changesOf({ t, codes: this.codes, locale: this.#screen.locale }, entry);
    return html`<tr role="row" tabindex="-1" data-entry=${index}>
      <td role="cell" class="when muted">${when(t, at)}</td>
      <td role="cell" class="who">${actor ? `${actor.name}${actor.role ? t.common.paren(t.role[actor.role]) : ''}` : t.audit.system}</td>
      <th scope="row" role="rowheader">
        ${actionName(t, action)}${outcome === 'denied' ? html` <span class="denied">${t.denied}</span>` : nothing}
      </th>
      <td role="cell">${target.name ?? t.common.none}</td>
      <td role="cell">
        ${changes}${reason ? html`${changes ? html`<br />` : nothing}${t.common.reason}${t.common.colon}${reason}` : nothing}
      </td>
    </tr>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'audit-trail': AuditTrail;
  }
}
