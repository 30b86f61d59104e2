import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { QueryOf } from '../../server/contract/call-types.js';
import type { Codes, Me, Teacher, TeacherPage } from '../../server/contract/wire.js';
import { daysBetween, taipeiDay } from '../../server/domain/dates.js';
import type { Client } from '../api/client.js';
import { ApiError } from '../api/api-error.js';
import { TypedText } from '../controllers/composing.js';
import { RequestController } from '../controllers/request.js';
import { Screen, type ScreenHost } from '../controllers/screen.js';
import { InserviceCloseEvent, InserviceOpenEvent, InserviceReadyEvent, InserviceSelectionChangeEvent } from '../events.js';
import { codeName, type PartialMessages } from '../i18n/locale.js';
import { statusBadge } from '../parts/badges.js';
import { emptyState, greyRows, returnTo, sortedWords, sortHeading } from '../parts/list-states.js';
import { pager } from '../parts/pager.js';
import { controls } from '../styles/controls.js';
import { forms } from '../styles/forms.js';
import { date } from '../styles/date.js';
import { list } from '../styles/list.js';
import { tokens } from '../styles/tokens.js';
import type { BulkBox } from './bulk-box.js';
import type { FullExport } from './full-export.js';
import { NO_FILTERS, rosterFilters, rosterSum, type Filters } from './roster-filters.js';
import { roster } from './styles.js';
import type { TeacherPanel } from './teacher-panel.js';
import type { TransferBox } from './transfer-box.js';

/**
 * @summary 本單位教師帳號管理: the roster of a unit, its numbers as one sum, each entry with what may be done.
 *
 * @slot - Shown before the script runs, or without it.
 * @slot header - Beside the heading.
 * @slot actions - Further buttons beside ours.
 * @slot help - Below the heading.
 * @slot empty - Instead of the sentence while nobody is on the roster.
 * @event {InserviceReadyEvent} inservice-ready - The first list is drawn.
 * @event {InserviceBeforeEvent} inservice-before - Before any write; cancelable.
 * @event {InserviceDoneEvent} inservice-done - A write was saved.
 * @event {InserviceErrorEvent} inservice-error - A call failed.
 * @event {InserviceAuthRequiredEvent} inservice-auth-required - Nobody is signed in.
 * @event {InserviceOpenEvent} inservice-open - A detail was opened.
 * @event {InserviceCloseEvent} inservice-close - A detail was closed.
 * @event {InserviceSelectionChangeEvent} inservice-selection-change - Other rows are chosen.
 * @event {InserviceDirtyChangeEvent} inservice-dirty-change - Something typed is not saved yet, or no longer so.
 * @csspart table - The list. @csspart row - A row of it. @csspart panel - The detail. @csspart pagination - Below the list.
 * @cssproperty --inservice-color-accent - The one accent colour.
 */
export class TeacherRoster extends LitElement implements ScreenHost {
  static override styles = [tokens, controls, forms, list, date, roster];

  /** Where the kit is mounted: `/inservice`. */
  @property({ attribute: 'base-url' }) baseUrl: string | null = null;
  /** The unit whose roster is shown; the caller's own by default. */
  @property() unit: string | null = null;
  /** Rows a page. */
  @property({ type: Number, attribute: 'page-size' }) pageSize = 10;
  /** Level of the element's heading. */
  @property({ type: Number, attribute: 'heading-level' }) headingLevel = 2;
  /** Shows everything and changes nothing. */
  @property({ type: Boolean }) readonly = false;
  /** Where a teacher is registered; offered as a link. */
  @property({ attribute: 'register-url' }) registerUrl: string | null = null;
  /** The page where an invited teacher claims the entry; invitations then carry a link to it. */
  @property({ attribute: 'claim-url' }) claimUrl: string | null = null;
  /** Asked for each request, never kept. */
  @property({ attribute: false }) getToken: (() => Promise<string>) | undefined;
  /** A client of the page's own. */
  @property({ attribute: false }) client: Client | undefined;
  /** Any subset of the texts. */
  @property({ attribute: false }) messages: PartialMessages | undefined;

  @state() private me: Me | null = null;
  @state() private codes: Codes | null = null;
  @state() private filters: Filters = NO_FILTERS;
  @state() private transfers: TransferBox | null = null;
  @state() private panel: TeacherPanel | null = null;
  @state() private bulk: BulkBox | null = null;
  @state() private fullExport: FullExport | null = null;
  @state() private chosen: ReadonlyMap<string, Teacher> = new Map();

  #screen = new Screen(this);
  #teachers = new RequestController<TeacherPage>(this, this.#screen, (signal) => this.#read(signal));
  #typed = new TypedText((q) => void this.#search({ q }));
  #openedAt = 0;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('baseUrl') || changed.has('getToken') || changed.has('client')) this.#screen.connect();
    if (changed.has('unit') && this.hasUpdated) void this.reload();
  }

  /** The connection in use, once there is one. */
  get connection() {
    return this.#screen.connection;
  }

  /** Reads the roster anew. */
  async reload(): Promise<void> {
    const first = this.#teachers.value === null;
    if ((await this.#teachers.run()) && first) this.dispatchEvent(new InserviceReadyEvent());
  }

  /** Opens the detail of an entry. */
  async open(id: string): Promise<void> {
    const { client } = this.#screen;
    if (this.panel && !this.panel.mayClose()) return;
    this.#screen.setDirty(false);
    this.#openedAt = Math.max(this.#teachers.value?.items.findIndex((teacher) => teacher.id === id) ?? 0, 0);
    try {
      const [teacher, { TeacherPanel }] = await Promise.all([
        client.call('GET /teachers/:id', { id }),
        this.#screen.part(import('./teacher-panel.js')),
      ]);
      if (!this.isConnected) return;
      // A number that the former detail shows goes with it.
      this.panel?.forget();
      const { readonly, codes } = this;
      this.panel = new TeacherPanel(this, this.#screen, teacher, {
        readonly,
        codes,
        locale: () => this.#screen.locale,
        claimUrl: this.claimUrl,
        changed: () => void this.#teachers.run(),
        close: () => this.close(),
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#screen.fail(error, this.#screen.t.problem.load, () => void this.open(id));
      return;
    }
    this.dispatchEvent(new InserviceOpenEvent(id));
    this.#screen.focus('[data-panel-heading]');
  }

  /** Ids of the rows that are chosen. */
  get selected(): string[] {
    return [...this.chosen.keys()];
  }

  async #choose(teachers: readonly Teacher[], on: boolean): Promise<void> {
    const chosen = new Map(this.chosen);
    for (const teacher of teachers)
      if (on) chosen.set(teacher.id, teacher);
      else chosen.delete(teacher.id);
    this.chosen = chosen;
    this.dispatchEvent(new InserviceSelectionChangeEvent(this.selected));
    if (this.bulk) return;
    const { BulkBox } = await this.#screen.part(import('./bulk-box.js'));
    this.bulk = new BulkBox(this, this.#screen, {
      chosen: () => this.chosen,
      list: (page, pageSize) => this.#screen.client.call('GET /teachers', { query: { ...this.#query, page, pageSize } }),
      download: (ids) => this.#screen.client.download('GET /teachers/export', { query: { ids } }),
      total: () => this.#teachers.value?.total ?? 0,
      claimUrl: () => this.claimUrl,
      choose: (some, set) => void this.#choose(some, set),
      changed: () => void this.#teachers.run(),
    });
  }

  async #exportAll(): Promise<void> {
    const { askForExport } = await this.#screen.part(import('./full-export.js'));
    this.fullExport ??= askForExport(this, this.#screen);
    this.fullExport.ask(this.#query);
  }

  /** Closes the detail; asks first where something is not saved. */
  close(): void {
    if (this.panel && !this.panel.mayClose()) return;
    const { id } = this.panel?.teacher ?? {};
    this.panel?.forget();
    this.panel = null;
    this.#screen.setDirty(false);
    this.dispatchEvent(new InserviceCloseEvent());
    this.#screen.focus(returnTo(this.#teachers.value?.items ?? [], id, this.#openedAt));
  }

  /** Empties the list and the detail. */
  forget(): void {
    this.panel?.forget();
    this.panel = null;
    this.transfers = null;
    this.bulk = null;
    this.fullExport = null;
    this.chosen = new Map();
    this.me = null;
    this.filters = NO_FILTERS;
    this.#teachers.forget();
  }

  /** Downloads what the list shows, masked. */
  async export({ format = 'xlsx' }: { format?: 'xlsx' | 'csv' } = {}): Promise<void> {
    const { page: _page, pageSize: _size, ...query } = this.#query;
    const acted = await this.#screen.act('teacher.export', [], (client) =>
      client.download('GET /teachers/export', { query: { ...query, format } }),
    );
    if (!acted.ok) return;
    (await this.#screen.part(import('../parts/download.js'))).save(acted.value);
    this.#screen.saved(this.#screen.t.roster.downloaded(this.#teachers.value?.total ?? 0));
  }

  get #query(): QueryOf<'GET /teachers'> {
    const { q, subject, stage, status, departed, sort, page } = this.filters;
    return {
      unit: this.unit,
      q,
      subject,
      stage,
      status,
      departed: departed ? 'true' : '',
      sort,
      page,
      pageSize: this.pageSize,
    };
  }

  async #read(signal: AbortSignal): Promise<TeacherPage> {
    const { connection, client } = this.#screen;
    [this.me, this.codes] = await Promise.all([connection!.me(), connection!.codes()]);
    if (!this.#mine) return { items: [], page: 1, pageSize: this.pageSize, pageCount: 1, total: 0, summary: null };
    const [page, { items }] = await Promise.all([
      client.call('GET /teachers', { query: this.#query, signal }),
      this.unit === null ? client.call('GET /transfers', { query: { direction: 'out', state: 'proposed', pageSize: 50 } }) : { items: [] },
    ]);
    if (items.length > 0 || this.transfers) {
      const { TransferBox } = await import('./transfer-box.js');
      this.transfers ??= new TransferBox(this, this.#screen, () => this.#teachers.run());
      this.transfers.items = items;
    }
    if (page.items.length > 0 || page.total === 0) return page;
    // The last row of the last page has left: the page before it is shown.
    this.filters = { ...this.filters, page: page.pageCount };
    return client.call('GET /teachers', { query: this.#query, signal });
  }

  get #mine(): boolean {
    return this.me?.functions.includes('teacher.manage') ?? false;
  }

  #refine(change: Partial<Filters>): Promise<boolean> {
    this.filters = { ...this.filters, page: 1, ...change };
    return this.#teachers.run();
  }

  async #search(change: Partial<Filters>): Promise<void> {
    if (await this.#refine(change)) this.#screen.say(this.#screen.t.common.found(this.#teachers.value?.total ?? 0));
  }

  #onSearch = (event: Event): void => {
    event.preventDefault();
    this.#typed.cancel();
    void this.#search({ q: this.renderRoot.querySelector<HTMLInputElement>('#q')!.value });
  };

  #resort = async (sort: string): Promise<void> => {
    if (await this.#refine({ sort })) this.#screen.say(sortedWords(this.#screen.t, sort));
  };

  #go = async (page: number): Promise<void> => {
    if (!(await this.#refine({ page }))) return;
    this.#screen.say(this.#screen.t.common.page(page, this.#teachers.value!.pageCount));
    this.#screen.focus('table');
  };

  override render(): TemplateResult {
    const { t } = this.#screen;
    return html`
      <header part="header">
        <div class="title" role="heading" aria-level=${this.headingLevel} tabindex="-1" data-heading>${t.roster.title}</div>
        <slot name="header"></slot>
        ${this.#mine ? this.#renderActions() : nothing}
      </header>
      <p class="lead">
        ${this.me?.unit ? `${this.me.unit.name} · ${this.me.account?.name ?? ''}${this.me.role ? t.common.paren(t.role[this.me.role]) : ''}` : nothing}
      </p>
      <slot name="help"></slot>
      ${this.#screen.render()} ${this.me && !this.#mine ? this.#renderNotYours() : this.#renderBody()}
    `;
  }

  #renderActions(): TemplateResult {
    const { t } = this.#screen;
    return html`<div class="push">
      ${this.registerUrl && !this.readonly ? html`<a class="btn primary" part="button button-primary" href=${this.registerUrl}>${t.roster.register}</a>` : nothing}
      ${(['xlsx', 'csv'] as const).map(
        (format) =>
          html`<button class="btn" part="button" type="button" @click=${() => this.export({ format })}>
            ${format === 'xlsx' ? `${t.roster.download}${t.common.paren('Excel')}` : t.roster.downloadAs('CSV')}
          </button>`,
      )}
      ${this.unit === null ? html`<button class="btn" part="button" type="button" @click=${() => this.#exportAll()}>${t.roster.full}</button>` : nothing}
      <button class="btn" part="button" type="button" @click=${() => print()}>${t.common.print}</button>
      <slot name="actions"></slot>
    </div>`;
  }

  #renderNotYours(): TemplateResult {
    const { head } = this.me!;
    const { t } = this.#screen;
    if (!this.me!.account) return emptyState(t.problem.noAccount, null, nothing);
    return emptyState(t.roster.notYours, head ? html`${t.accounts.ask(head.name)} · ${head.phone}` : nothing, nothing);
  }

  #renderBody(): TemplateResult {
    const { t, locale } = this.#screen;
    const look = this.panel ? 'behind' : '';
    const refine = (change: Partial<Filters>): void => void this.#search(change);
    return html`
      ${this.transfers?.render(this.readonly) ?? nothing} ${rosterSum(t, this.#teachers.value?.summary, this.filters, look, refine)}
      ${rosterFilters(t, this.filters, { codes: this.codes, locale, look, typed: this.#typed, submit: this.#onSearch }, refine)}
      <div class="split ${this.panel ? 'open' : ''}">
        <div class="list" aria-busy=${this.#teachers.loading}>${this.#renderList()}</div>
        ${this.panel ? html`<section class="panel" part="panel" aria-labelledby="panel-heading" @keydown=${this.panel.onKeydown}>${this.panel.render()}</section>` : nothing}
      </div>
      ${this.bulk?.render() ?? nothing} ${this.fullExport?.render() ?? nothing} ${this.panel?.renderDialog() ?? nothing}
      ${this.transfers?.renderDialog() ?? nothing}
      <p class="footer">${t.common.printFooter(this.me?.account?.name ?? '', t.common.day(taipeiDay(new Date())))}</p>
    `;
  }

  #renderList(): TemplateResult {
    const { t } = this.#screen;
    const { value, first, loading } = this.#teachers;
    const empty = value?.items.length === 0;
    if (!value && !loading) return html``;
    this.#screen.flag('empty', empty);
    if (empty) return this.#renderEmpty();
    const from = value ? (value.page - 1) * value.pageSize + 1 : 0;
    const caption = value
      ? `${t.roster.caption(from, from + value.items.length - 1, value.total)} · ${t.common.byStroke}`
      : t.common.loading;
    return html`
      ${loading && !first ? html`<div class="bar"></div>` : nothing} ${this.#renderChoice(value?.items ?? [], t.roster.choosePage, true)}
      <table role="table" part="table" tabindex="-1">
        <caption>
          ${caption}
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            ${sortHeading('name', t.field.name, this.filters.sort, this.#resort)}
            ${sortHeading('username', t.field.username, this.filters.sort, this.#resort)}
            ${sortHeading('status', t.field.status, this.filters.sort, this.#resort)}
            ${sortHeading('email', t.field.email, this.filters.sort, this.#resort, 'wide')}
            <th scope="col" role="columnheader">${t.field.subjects}</th>
            <th scope="col" role="columnheader"><span class="visually-hidden">${t.common.actions}</span></th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${first || !value ? greyRows(6) : value.items.map((teacher) => this.#renderRow(teacher))}
        </tbody>
      </table>
      ${
        value
          ? pager(t, value, this.#go, (size) => {
              this.pageSize = size;
              void this.#refine({});
            })
          : nothing
      }
    `;
  }

  #renderRow(teacher: Teacher): TemplateResult {
    const { t, locale } = this.#screen;
    const { id, name, username, status, email, subjects, departure, registeredAt } = teacher;
    const today = taipeiDay(new Date());
    const leaves =
      departure &&
      html`<br /><span class="muted"
          >${(departure.on > today ? t.roster.leavesOn : t.roster.left)(t.common.day(departure.on), t.departure[departure.kind])}</span
        >`;
    const taught = subjects.map((code) => codeName(this.codes?.subjects, code, locale)).join(t.common.comma);
    const waits = status === 'pending' ? t.roster.waitingSince(daysBetween(taipeiDay(registeredAt), today)) : t.common.none;
    return html`<tr role="row" part="row" aria-current=${this.panel?.teacher.id === id ? 'true' : nothing}>
      <th scope="row" role="rowheader">${this.#renderChoice([teacher], name)}</th>
      <td role="cell" class="muted">${username ?? t.roster.notApplied}</td>
      <td role="cell">${statusBadge(status, t.teacherStatus[status])}${leaves}</td>
      <td role="cell" class="muted wide ${email ? '' : 'none'}">${email ?? t.common.none}</td>
      <td role="cell" class=${taught ? '' : 'muted'}>${taught || waits}</td>
      <td role="cell">
        <button class="btn" part="button" type="button" data-view=${id} aria-label=${t.common.viewOf(name)} @click=${() => this.open(id)}>
          ${t.common.view}
        </button>
      </td>
    </tr>`;
  }

  /** A box before a name, or before the words for a page of them. */
  #renderChoice(teachers: readonly Teacher[], label: string, several = false): TemplateResult {
    if (this.readonly || this.unit !== null || teachers.length === 0) return html`${several ? nothing : label}`;
    const on = teachers.every(({ id }) => this.chosen.has(id));
    return html`<label class="choice"
      ><input type="checkbox" .checked=${on} @change=${() => this.#choose(teachers, !on)} /> ${label}</label
    >`;
  }

  #renderEmpty(): TemplateResult {
    const { t } = this.#screen;
    const nobody = (this.#teachers.value?.summary?.total ?? 0) === 0 && !this.filters.departed && this.filters.q === '';
    if (!nobody)
      return emptyState(
        t.roster.emptyFilter,
        null,
        html`<button class="btn" part="button" type="button" @click=${() => this.#search({ ...NO_FILTERS, sort: this.filters.sort })}>
          ${t.common.clear}
        </button>`,
      );
    const link = this.registerUrl
      ? html`<a class="btn primary" part="button button-primary" href=${this.registerUrl}>${t.roster.register}</a>`
      : nothing;
    return html`<slot name="empty">${emptyState(t.roster.empty, t.roster.emptyHelp, link)}</slot>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'teacher-roster': TeacherRoster;
  }
}
