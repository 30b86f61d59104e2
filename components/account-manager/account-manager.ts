import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { Account, AccountPage, Me } from '../../server/contract/wire.js';
import type { AccountStatus } from '../../server/domain/authority.js';
import { taipeiDay } from '../../server/domain/dates.js';
import type { Client } from '../api/client.js';
import { chunk } from '../controllers/chunk.js';
import { Detail } from '../controllers/detail.js';
import { PagedList, type ListQuery } from '../controllers/paged-list.js';
import { Screen, type ScreenHost } from '../controllers/screen.js';
import type { PartialMessages } from '../i18n/locale.js';
import { statusBadge } from '../parts/badges.js';
import { emptyState } from '../parts/empty-state.js';
import { masterDetail, type Column } from '../parts/list-table.js';
import { searchField } from '../parts/search-field.js';
import { controls } from '../styles/controls.js';
import { forms } from '../styles/forms.js';
import { list } from '../styles/list.js';
import { tokens } from '../styles/tokens.js';
import type { AccountPanel } from './account-panel.js';

const TABS: readonly AccountStatus[] = ['pending', 'active', 'rejected', 'deleted'];

interface AccountQuery extends ListQuery {
  scope: 'own' | 'children';
  /** Null until it is known whether accounts are pending. */
  status: AccountStatus | null;
}

const ALL: AccountQuery = { q: '', sort: 'name', page: 1, scope: 'own', status: null };

/** For callers who may not read the list. */
const NOTHING: AccountPage = {
  items: [],
  page: 1,
  pageSize: 10,
  pageCount: 1,
  total: 0,
  counts: { pending: 0, active: 0, rejected: 0, deleted: 0 },
};

/**
 * @summary 本單位業務帳號管理: a head enables, changes and deletes the business accounts of the unit.
 *
 * @slot - Shown before the script runs, or without it.
 * @slot header - Beside the heading.
 * @slot help - Below the heading's sentence.
 * @slot empty - Instead of the sentence when nothing is waiting.
 * @event {InserviceReadyEvent} inservice-ready - The first list is drawn.
 * @event {InserviceBeforeEvent} inservice-before - Before any write; cancelable.
 * @event {InserviceDoneEvent} inservice-done - A write was saved.
 * @event {InserviceErrorEvent} inservice-error - A call failed.
 * @event {InserviceAuthRequiredEvent} inservice-auth-required - Nobody is signed in.
 * @event {InserviceOpenEvent} inservice-open - A detail was opened.
 * @event {InserviceCloseEvent} inservice-close - A detail was closed.
 * @csspart table - The list. @csspart row - A row of it. @csspart panel - The detail. @csspart button - Any button.
 * @cssproperty --inservice-color-accent - The one accent colour.
 */
export class AccountManager extends LitElement implements ScreenHost {
  static override styles = [tokens, controls, forms, list];

  /** The URL where the kit is mounted, such as `/inservice`. */
  @property({ attribute: 'base-url' }) baseUrl: string | null = null;
  /** The unit whose accounts are shown; the caller's own by default. */
  @property() unit: string | null = null;
  /** Rows per page. */
  @property({ type: Number, attribute: 'page-size' }) pageSize = 10;
  /** Level of the element's heading. */
  @property({ type: Number, attribute: 'heading-level' }) headingLevel = 2;
  /** Shows everything without controls that write. */
  @property({ type: Boolean }) readonly = false;
  /** The URL of the application form; offered as a link to copy. */
  @property({ attribute: 'application-url' }) applicationUrl: string | null = null;
  /** Called for each request; the token is not stored. */
  @property({ attribute: false }) getToken: (() => Promise<string>) | undefined;
  /** A client of the host page, instead of `base-url`. */
  @property({ attribute: false }) client: Client | undefined;
  /** Overrides for any of the texts. */
  @property({ attribute: false }) messages: PartialMessages | undefined;

  @state() private me: Me | null = null;
  @state() private hasChildren = false;

  #screen = new Screen(this);
  #list = new PagedList<AccountQuery, AccountPage>(this, this.#screen, ALL, (signal) => this.#read(signal));
  #detail = new Detail(
    this,
    this.#screen,
    () => this.#list.items,
    (id) => this.#makePanel(id),
  );

  /** Reads the list again. */
  reload(): Promise<void> {
    return this.#list.reload();
  }

  /** Opens the detail of an account. */
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
    this.me = null;
    this.hasChildren = false;
  }

  async #makePanel(id: string): Promise<AccountPanel> {
    const listed = this.#list.value?.items.find((account) => account.id === id);
    const account = listed ?? (await this.#screen.client.call('GET /accounts/:id', { id }));
    const { AccountPanel } = await chunk(import('./account-panel.js'));
    return new AccountPanel(this, this.#screen, account, {
      readonly: this.readonly,
      changed: () => void this.#list.run(),
      detail: this.#detail,
    });
  }

  async #read(signal: AbortSignal): Promise<AccountPage> {
    const { connection, client } = this.#screen;
    this.me = await connection!.me();
    if (this.me.role !== 'head') return NOTHING;
    if (this.#list.value === null && this.me.unit)
      this.hasChildren = (await client.call('GET /units', { query: { parent: this.me.unit.id, pageSize: 1 } })).total > 0;
    const list = (): Promise<AccountPage> =>
      this.#list.page((query) =>
        client.call('GET /accounts', { query: { ...query, unit: this.unit, status: query.status ?? 'pending' }, signal }),
      );
    const page = await list();
    if (this.#list.query.status !== null) return page;
    // Shows pending accounts first, and active ones if none is pending.
    const status = page.counts.pending > 0 ? 'pending' : 'active';
    this.#list.query = { ...this.#list.query, status };
    return status === 'active' ? list() : page;
  }

  #copyLink = async (): Promise<void> => {
    await navigator.clipboard?.writeText(new URL(this.applicationUrl!, document.baseURI).href);
    this.#screen.say(this.#screen.t.common.copied);
  };

  override render(): TemplateResult {
    const { t } = this.#screen;
    const { parent } = this.me?.unit ?? {};
    return html`
      <header part="header">
        <div class="title" role="heading" aria-level=${this.headingLevel} tabindex="-1" data-heading>${t.accounts.title}</div>
        <slot name="header"></slot>
        ${this.me?.role === 'head' ? this.#renderTabs() : nothing}
      </header>
      <p class="lead">${t.accounts.rule(parent?.name ?? null)}</p>
      <slot name="help"></slot>
      ${this.#screen.render()} ${this.me && this.me.role !== 'head' ? this.#renderNotYours() : this.#renderBody()}
    `;
  }

  #renderTabs(): TemplateResult {
    const { t } = this.#screen;
    const { query, value } = this.#list;
    const segment = (on: boolean, change: Partial<AccountQuery>, label: unknown): TemplateResult =>
      html`<button type="button" aria-pressed=${on} @click=${() => this.#list.refine(change)}>${label}</button>`;
    return html`<div class="push">
      ${
        this.hasChildren
          ? html`<div class="segments" role="group" aria-label=${t.accounts.lists}>
              ${(['own', 'children'] as const).map((scope) => segment(query.scope === scope, { scope, status: null }, t.accounts[scope]))}
            </div>`
          : nothing
      }
      <div class="segments" role="group" aria-label=${t.field.status}>
        ${TABS.map((status) => segment(query.status === status, { status }, html`${t.accounts.tabs[status]}<span class="n">${value?.counts[status] ?? ''}</span>`))}
      </div>
    </div>`;
  }

  #renderNotYours(): TemplateResult {
    const { t } = this.#screen;
    const { head } = this.me!;
    if (!this.me!.account) return emptyState(t.problem.noAccount, null, nothing);
    return emptyState(
      t.accounts.notYours,
      head ? html`${t.accounts.ask(head.name)} · ${head.phone} · <a href="mailto:${head.email}">${head.email}</a>` : t.accounts.noHead,
      nothing,
    );
  }

  #renderBody(): TemplateResult {
    const { t } = this.#screen;
    const { panel } = this.#detail;
    const { query, value, typed, onSearch } = this.#list;
    const columns: Column<Account>[] = [
      { label: t.field.name, sort: 'name', cell: ({ name }) => name },
      { label: t.field.username, sort: 'username', look: 'muted', cell: (account) => this.#renderUsername(account) },
      { label: t.field.role, sort: 'role', cell: (account) => this.#roleOf(account) },
      { label: t.field.status, cell: ({ status }) => statusBadge(status, t.accountStatus[status]) },
      {
        label: query.status === 'active' ? t.field.lastSignInAt : t.field.appliedAt,
        look: 'muted date',
        cell: (account) => this.#dayOf(account),
      },
    ];
    const caption = t.accounts.caption(t.accounts.tabs[query.status ?? 'active'], value?.total ?? 0);
    return html`
      <form class="tools ${panel ? 'behind' : ''}" role="search" @submit=${onSearch}>
        ${searchField(t.accounts.search, query.q, typed)}
        <button class="btn" part="button" type="submit">${t.common.search}</button>
      </form>
      ${masterDetail(this.#screen, this.#list, this.#detail, { caption, columns, empty: () => this.#renderEmpty() })}
      ${panel?.renderDialog() ?? nothing}
    `;
  }

  #renderUsername({ username, unitName }: Account): TemplateResult {
    return html`${username}${this.#list.query.scope === 'children' ? html`<br />${unitName}` : nothing}`;
  }

  #roleOf({ role, requestedRole }: Account): string {
    const { t } = this.#screen;
    if (role) return t.role[role];
    return requestedRole ? t.accounts.asks(t.role[requestedRole]) : t.common.none;
  }

  #dayOf({ status, lastSignInAt, appliedAt }: Account): string {
    const { t } = this.#screen;
    if (status !== 'active') return t.common.day(taipeiDay(appliedAt));
    return lastSignInAt ? t.common.day(taipeiDay(lastSignInAt)) : t.accounts.neverSignedIn;
  }

  #renderEmpty(): TemplateResult {
    const { t } = this.#screen;
    const { q, status } = this.#list.query;
    if (q)
      return emptyState(
        t.accounts.emptyFilter(q),
        null,
        html`<button class="btn" part="button" type="button" @click=${() => this.#list.search({ q: '' })}>${t.common.clear}</button>`,
      );
    if (status !== 'pending') return emptyState(t.accounts.empty, null, nothing);
    const link = this.applicationUrl
      ? html`<button class="btn" part="button" type="button" @click=${this.#copyLink}>${t.accounts.copyApplicationLink}</button>`
      : nothing;
    return html`<slot name="empty">${emptyState(t.accounts.emptyPending, t.accounts.emptyPendingHelp, link)}</slot>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'account-manager': AccountManager;
  }
}
