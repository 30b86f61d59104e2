import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { QueryOf } from '../../server/contract/call-types.js';
import type { Codes, Me, Teacher, TeacherPage } from '../../server/contract/wire.js';
import { daysBetween, taipeiDay } from '../../server/domain/dates.js';
import type { Client } from '../api/client.js';
import { chunk } from '../controllers/chunk.js';
import { Detail } from '../controllers/detail.js';
import { PagedList } from '../controllers/paged-list.js';
import { Screen, type ScreenHost } from '../controllers/screen.js';
import { InserviceSelectionChangeEvent } from '../events.js';
import { codeName, type PartialMessages } from '../i18n/locale.js';
import { statusBadge } from '../parts/badges.js';
import { emptyState } from '../parts/empty-state.js';
import { masterDetail, type Column } from '../parts/list-table.js';
import { controls } from '../styles/controls.js';
import { forms } from '../styles/forms.js';
import { date } from '../styles/date.js';
import { list } from '../styles/list.js';
import { tokens } from '../styles/tokens.js';
import type { BulkBox } from './bulk-box.js';
import type { FullExport } from './full-export.js';
import { departureWords } from './departure-words.js';
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

  /** The URL where the kit is mounted, such as `/inservice`. */
  @property({ attribute: 'base-url' }) baseUrl: string | null = null;
  /** The unit whose roster is shown; the caller's own by default. */
  @property() unit: string | null = null;
  /** Rows per page. */
  @property({ type: Number, attribute: 'page-size' }) pageSize = 10;
  /** Level of the element's heading. */
  @property({ type: Number, attribute: 'heading-level' }) headingLevel = 2;
  /** Shows everything without controls that write. */
  @property({ type: Boolean }) readonly = false;
  /** Where a teacher is registered; offered as a link. */
  @property({ attribute: 'register-url' }) registerUrl: string | null = null;
  /** The page where an invited teacher claims the entry; invitations then carry a link to it. */
  @property({ attribute: 'claim-url' }) claimUrl: string | null = null;
  /** Called for each request; the token is not stored. */
  @property({ attribute: false }) getToken: (() => Promise<string>) | undefined;
  /** A client of the host page, instead of `base-url`. */
  @property({ attribute: false }) client: Client | undefined;
  /** Overrides for any of the texts. */
  @property({ attribute: false }) messages: PartialMessages | undefined;

  @state() private me: Me | null = null;
  @state() private codes: Codes | null = null;
  @state() private transfers: TransferBox | null = null;
  @state() private bulk: BulkBox | null = null;
  @state() private fullExport: FullExport | null = null;
  @state() private chosen: ReadonlyMap<string, Teacher> = new Map();

  #screen = new Screen(this);
  #list = new PagedList<Filters, TeacherPage>(this, this.#screen, NO_FILTERS, (signal) => this.#read(signal));
  #detail = new Detail(
    this,
    this.#screen,
    () => this.#list.items,
    (id) => this.#makePanel(id),
  );

  /** The connection in use, once there is one. */
  get connection() {
    return this.#screen.connection;
  }

  /** Reads the roster anew. */
  reload(): Promise<void> {
    return this.#list.reload();
  }

  /** Opens the detail of an entry. */
  open(id: string): Promise<void> {
    return this.#detail.open(id);
  }

  /** Closes the detail; asks first if there is unsaved input. */
  close(): void {
    this.#detail.close();
  }

  /** Clears the list and the detail. */
  forget(): void {
    this.#detail.forget();
    this.#list.forget();
    this.transfers = null;
    this.bulk = null;
    this.fullExport = null;
    this.chosen = new Map();
    this.me = null;
  }

  async #makePanel(id: string): Promise<TeacherPanel> {
    const [teacher, { TeacherPanel }] = await Promise.all([
      this.#screen.client.call('GET /teachers/:id', { id }),
      chunk(import('./teacher-panel.js')),
    ]);
    const { readonly, codes, claimUrl } = this;
    const changed = (): void => void this.#list.run();
    return new TeacherPanel(this, this.#screen, teacher, { readonly, codes, claimUrl, changed, detail: this.#detail });
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
    const part = await this.#screen.part(import('./bulk-box.js'));
    if (!part) return;
    this.bulk = new part.BulkBox(this, this.#screen, {
      chosen: () => this.chosen,
      list: (page, pageSize) => this.#screen.client.call('GET /teachers', { query: { ...this.#filter(this.#list.query), page, pageSize } }),
      download: (ids) => this.#screen.client.download('GET /teachers/export', { query: { ids } }),
      total: () => this.#list.value?.total ?? 0,
      claimUrl: () => this.claimUrl,
      choose: (some, set) => void this.#choose(some, set),
      changed: () => void this.#list.run(),
    });
  }

  async #exportAll(): Promise<void> {
    const part = await this.#screen.part(import('./full-export.js'));
    if (!part) return;
    this.fullExport ??= part.askForExport(this, this.#screen);
    this.fullExport.ask(this.#filter(this.#list.query));
  }

  /** Downloads what the list shows, masked. */
  async export({ format = 'xlsx' }: { format?: 'xlsx' | 'csv' } = {}): Promise<void> {
    // The server writes an audit entry for the download, so the part that saves the file is loaded before.
    const part = await this.#screen.part(import('../parts/download.js'));
    if (!part) return;
    const { page: _page, ...query } = this.#filter(this.#list.query);
    const acted = await this.#screen.act('teacher.export', [], (client) =>
      client.download('GET /teachers/export', { query: { ...query, format } }),
    );
    if (!acted.ok) return;
    part.save(acted.value);
    this.#screen.saved(this.#screen.t.roster.downloaded(this.#list.value?.total ?? 0));
  }

  /** The filters as a call takes them. */
  #filter(filters: Filters): QueryOf<'GET /teachers'> {
    return { ...filters, unit: this.unit, departed: filters.departed ? 'true' : '' };
  }

  async #read(signal: AbortSignal): Promise<TeacherPage> {
    const { connection, client } = this.#screen;
    [this.me, this.codes] = await Promise.all([connection!.me(), connection!.codes()]);
    if (!this.#mine) return { items: [], page: 1, pageSize: this.pageSize, pageCount: 1, total: 0, summary: null };
    const [page, { items }] = await Promise.all([
      this.#list.page(({ pageSize, ...query }) => client.call('GET /teachers', { query: { ...this.#filter(query), pageSize }, signal })),
      this.unit === null ? client.call('GET /transfers', { query: { direction: 'out', state: 'proposed', pageSize: 50 } }) : { items: [] },
    ]);
    if (items.length > 0 || this.transfers) {
      const { TransferBox } = await chunk(import('./transfer-box.js'));
      this.transfers ??= new TransferBox(this, this.#screen, this.#list.run);
      this.transfers.items = items;
    }
    return page;
  }

  get #mine(): boolean {
    return this.me?.functions.includes('teacher.manage') ?? false;
  }

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
    const { t } = this.#screen;
    const { panel } = this.#detail;
    const { query, value, search } = this.#list;
    const look = panel ? 'behind' : '';
    return html`
      ${this.transfers?.render(this.readonly) ?? nothing} ${rosterSum(t, value?.summary, query, look, search)}
      ${rosterFilters(this.#screen, this.#list, this.codes, look)} ${this.#renderList()} ${this.bulk?.render() ?? nothing}
      ${this.fullExport?.render() ?? nothing} ${panel?.renderDialog() ?? nothing} ${this.transfers?.renderDialog() ?? nothing}
      <p class="footer">${t.common.printFooter(this.me?.account?.name ?? '', t.common.day(taipeiDay(new Date())))}</p>
    `;
  }

  #renderList(): TemplateResult {
    const { t } = this.#screen;
    const { value } = this.#list;
    const columns: Column<Teacher>[] = [
      { label: t.field.name, sort: 'name', cell: (teacher) => this.#renderChoice([teacher], teacher.name) },
      { label: t.field.username, sort: 'username', look: 'muted', cell: ({ username }) => username ?? t.roster.notApplied },
      { label: t.field.status, sort: 'status', cell: (teacher) => this.#renderStatus(teacher) },
      {
        label: t.field.email,
        sort: 'email',
        look: 'wide muted',
        cell: ({ email }) => email ?? t.common.none,
        lookOf: ({ email }) => (email ? '' : 'none'),
      },
      {
        label: t.field.subjects,
        cell: (teacher) => this.#subjectsOf(teacher),
        lookOf: ({ subjects }) => (subjects.length > 0 ? '' : 'muted'),
      },
    ];
    const from = value ? (value.page - 1) * value.pageSize + 1 : 0;
    return masterDetail(this.#screen, this.#list, this.#detail, {
      caption: value ? t.roster.caption(from, from + value.items.length - 1, value.total) : '',
      columns,
      empty: () => this.#renderEmpty(),
      above: this.#renderChoice(value?.items ?? [], t.roster.choosePage, true),
    });
  }

  #renderStatus({ status, departure, unreadable }: Teacher): TemplateResult {
    const { t } = this.#screen;
    const badge = statusBadge(status, t.teacherStatus[status]);
    const more = unreadable ? t.roster.unreadable : departure && departureWords(t, departure);
    return more ? html`${badge}<br /><span class="muted">${more}</span>` : html`${badge}`;
  }

  #subjectsOf({ subjects, status, registeredAt }: Teacher): string {
    const { t, locale } = this.#screen;
    if (subjects.length > 0) return subjects.map((code) => codeName(this.codes?.subjects, code, locale)).join(t.common.comma);
    return status === 'pending' ? t.roster.waitingSince(daysBetween(taipeiDay(registeredAt), taipeiDay(new Date()))) : t.common.none;
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
    const { query, value, search } = this.#list;
    const nobody = (value?.summary?.total ?? 0) === 0 && !query.departed && query.q === '';
    if (!nobody)
      return emptyState(
        t.roster.emptyFilter,
        null,
        html`<button class="btn" part="button" type="button" @click=${() => search({ ...NO_FILTERS, sort: query.sort })}>
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
