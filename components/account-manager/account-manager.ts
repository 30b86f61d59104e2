import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { QueryOf } from '../../server/contract/call-types.js';
import type { Account, AccountPage, Me } from '../../server/contract/wire.js';
import type { AccountStatus } from '../../server/domain/authority.js';
import { taipeiDay } from '../../server/domain/dates.js';
import type { Client } from '../api/client.js';
import { TypedText } from '../controllers/composing.js';
import { RequestController } from '../controllers/request.js';
import { Screen, type ScreenHost } from '../controllers/screen.js';
import { InserviceCloseEvent, InserviceOpenEvent, InserviceReadyEvent } from '../events.js';
import type { PartialMessages } from '../i18n/locale.js';
import { statusBadge } from '../parts/badges.js';
import { emptyState, greyRows, returnTo, sortedWords, sortHeading } from '../parts/list-states.js';
import { pager } from '../parts/pager.js';
import { controls } from '../styles/controls.js';
import { forms } from '../styles/forms.js';
import { list } from '../styles/list.js';
import { tokens } from '../styles/tokens.js';
import type { AccountPanel } from './account-panel.js';

const TABS: readonly AccountStatus[] = ['pending', 'active', 'rejected', 'deleted'];

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

  /** Where the kit is mounted: `/inservice`. */
  @property({ attribute: 'base-url' }) baseUrl: string | null = null;
  /** The unit whose accounts are shown; the caller's own by default. */
  @property() unit: string | null = null;
  /** Rows a page. */
  @property({ type: Number, attribute: 'page-size' }) pageSize = 10;
  /** Level of the element's heading. */
  @property({ type: Number, attribute: 'heading-level' }) headingLevel = 2;
  /** Shows everything and changes nothing. */
  @property({ type: Boolean }) readonly = false;
  /** Where a colleague applies; offered as a link to copy. */
  @property({ attribute: 'application-url' }) applicationUrl: string | null = null;
  /** Asked for each request, never kept. */
  @property({ attribute: false }) getToken: (() => Promise<string>) | undefined;
  /** A client of the page's own. */
  @property({ attribute: false }) client: Client | undefined;
  /** Any subset of the texts. */
  @property({ attribute: false }) messages: PartialMessages | undefined;

  @state() private me: Me | null = null;
  @state() private hasChildren = false;
  @state() private scope: 'own' | 'children' = 'own';
  @state() private status: AccountStatus | null = null;
  @state() private q = '';
  @state() private sort = 'name';
  @state() private page = 1;
  @state() private panel: AccountPanel | null = null;

  #screen = new Screen(this);
  #accounts = new RequestController<AccountPage>(this, this.#screen, (signal) => this.#read(signal));
  #typed = new TypedText((text) => this.#search(text));
  #openedAt = 0;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('baseUrl') || changed.has('getToken') || changed.has('client')) this.#screen.connect();
    if (changed.has('unit') && this.hasUpdated) void this.reload();
  }

  /** Reads the list anew. */
  async reload(): Promise<void> {
    const first = this.#accounts.value === null;
    if ((await this.#accounts.run()) && first) this.dispatchEvent(new InserviceReadyEvent());
  }

  /** Opens the detail of an account. */
  async open(id: string): Promise<void> {
    if (this.panel && !this.panel.mayClose()) return;
    this.#screen.setDirty(false);
    const shown = this.#accounts.value?.items.findIndex((account) => account.id === id) ?? -1;
    const account = this.#accounts.value?.items[shown] ?? (await this.#screen.client.call('GET /accounts/:id', { id }));
    this.#openedAt = Math.max(shown, 0);
    const { AccountPanel } = await this.#screen.part(import('./account-panel.js'));
    if (!this.isConnected) return;
    this.panel = new AccountPanel(this, this.#screen, account, {
      readonly: this.readonly,
      changed: () => void this.#accounts.run(),
      close: () => this.close(),
    });
    this.dispatchEvent(new InserviceOpenEvent(id));
    this.#screen.focus('[data-panel-heading]');
  }

  /** Closes the detail; asks first where something is not saved. */
  close(): void {
    if (this.panel && !this.panel.mayClose()) return;
    const { id } = this.panel?.account ?? {};
    this.panel = null;
    this.#screen.setDirty(false);
    this.dispatchEvent(new InserviceCloseEvent());
    this.#screen.focus(returnTo(this.#accounts.value?.items ?? [], id, this.#openedAt));
  }

  /** Empties the list and the detail. */
  forget(): void {
    this.panel = null;
    this.me = null;
    this.hasChildren = false;
    this.scope = 'own';
    this.status = null;
    this.q = '';
    this.page = 1;
    this.#accounts.forget();
  }

  async #read(signal: AbortSignal): Promise<AccountPage> {
    const { connection, client } = this.#screen;
    this.me = await connection!.me();
    if (this.me.role !== 'head')
      return {
        items: [],
        page: 1,
        pageSize: this.pageSize,
        pageCount: 1,
        total: 0,
        counts: { pending: 0, active: 0, rejected: 0, deleted: 0 },
      };
    const query = (status: AccountStatus): QueryOf<'GET /accounts'> => ({
      unit: this.unit,
      scope: this.scope,
      status,
      q: this.q,
      sort: this.sort,
      page: this.page,
      pageSize: this.pageSize,
    });
    if (this.#accounts.value === null && this.me.unit) {
      this.hasChildren = (await client.call('GET /units', { query: { parent: this.me.unit.id, pageSize: 1 } })).total > 0;
    }
    // Those who wait come first; where nobody does, those in office.
    const page = await client.call('GET /accounts', { query: query(this.status ?? 'pending'), signal });
    if (this.status === null) {
      this.status = page.counts.pending > 0 ? 'pending' : 'active';
      if (this.status === 'active') return client.call('GET /accounts', { query: query('active'), signal });
    }
    // The last row of the last page has left: the page before it is shown.
    if (page.items.length === 0 && page.total > 0) {
      this.page = page.pageCount;
      return client.call('GET /accounts', { query: query(this.status), signal });
    }
    return page;
  }

  #refine(change: {
    status?: AccountStatus | null;
    scope?: 'own' | 'children';
    q?: string;
    sort?: string;
    page?: number;
  }): Promise<boolean> {
    this.page = 1;
    Object.assign(this, change);
    return this.#accounts.run();
  }

  async #search(q: string): Promise<void> {
    if (await this.#refine({ q })) this.#screen.say(this.#screen.t.common.found(this.#accounts.value?.total ?? 0));
  }

  #onSearch = (event: Event): void => {
    event.preventDefault();
    this.#typed.cancel();
    void this.#search(this.renderRoot.querySelector<HTMLInputElement>('#q')!.value);
  };

  #resort = async (sort: string): Promise<void> => {
    if (await this.#refine({ sort })) this.#screen.say(sortedWords(this.#screen.t, sort));
  };

  #go = async (page: number): Promise<void> => {
    if (!(await this.#refine({ page }))) return;
    this.#screen.say(this.#screen.t.common.page(page, this.#accounts.value!.pageCount));
    this.#screen.focus('table');
  };

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
    const counts = this.#accounts.value?.counts;
    return html`<div class="push">
      ${
        this.hasChildren
          ? html`<div class="segments" role="group" aria-label=${t.accounts.lists}>
              ${(['own', 'children'] as const).map(
                (scope) =>
                  html`<button type="button" aria-pressed=${this.scope === scope} @click=${() => this.#refine({ scope, status: null })}>
                    ${t.accounts[scope]}
                  </button>`,
              )}
            </div>`
          : nothing
      }
      <div class="segments" role="group" aria-label=${t.field.status}>
        ${TABS.map(
          (tab) =>
            html`<button type="button" aria-pressed=${this.status === tab} @click=${() => this.#refine({ status: tab })}>
              ${t.accounts.tabs[tab]}<span class="n">${counts?.[tab] ?? ''}</span>
            </button>`,
        )}
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
    return html`
      <form class="tools ${this.panel ? 'behind' : ''}" role="search" @submit=${this.#onSearch}>
        <div class="field search">
          <label for="q">${t.accounts.search}</label>
          <input
            id="q"
            type="search"
            part="input"
            autocomplete="off"
            .value=${this.q}
            @input=${this.#typed.onInput}
            @compositionend=${this.#typed.onCompositionEnd}
          />
        </div>
        <button class="btn" part="button" type="submit">${t.common.search}</button>
      </form>
      <div class="split ${this.panel ? 'open' : ''}">
        <div class="list" aria-busy=${this.#accounts.loading}>${this.#renderList()}</div>
        ${this.panel ? html`<section class="panel" part="panel" aria-labelledby="panel-heading" @keydown=${this.panel.onKeydown}>${this.panel.render()}</section>` : nothing}
      </div>
      ${this.panel?.renderDialog() ?? nothing}
    `;
  }

  #renderList(): TemplateResult {
    const { value, first, loading } = this.#accounts;
    const { t } = this.#screen;
    const empty = value?.items.length === 0;
    if (!value && !loading) return html``;
    this.#screen.flag('empty', empty);
    return html`
      ${loading && !first ? html`<div class="bar"></div>` : nothing}
      ${
        empty
          ? this.#renderEmpty()
          : html`
              <table role="table" part="table" tabindex="-1">
                <caption>
                  ${value ? `${t.accounts.caption(t.accounts.tabs[this.status ?? 'active'], value.total)} · ${t.common.byStroke}` : t.common.loading}
                </caption>
                <thead role="rowgroup">
                  <tr role="row">
                    ${sortHeading('name', t.field.name, this.sort, this.#resort)}
                    ${sortHeading('username', t.field.username, this.sort, this.#resort)}
                    ${sortHeading('role', t.field.role, this.sort, this.#resort)}
                    <th scope="col" role="columnheader">${t.field.status}</th>
                    <th scope="col" role="columnheader">${this.status === 'active' ? t.field.lastSignInAt : t.field.appliedAt}</th>
                    <th scope="col" role="columnheader"><span class="visually-hidden">${t.common.actions}</span></th>
                  </tr>
                </thead>
                <tbody role="rowgroup">
                  ${first || !value ? greyRows(6) : value.items.map((account) => this.#renderRow(account))}
                </tbody>
              </table>
              ${
                value
                  ? pager(t, value, this.#go, (pageSize) => {
                      this.pageSize = pageSize;
                      void this.#refine({});
                    })
                  : nothing
              }
            `
      }
    `;
  }

  #renderRow(account: Account): TemplateResult {
    const { t } = this.#screen;
    const { id, name, username, role, requestedRole, status, unitName, lastSignInAt, appliedAt } = account;
    const asked = requestedRole ? t.accounts.asks(t.role[requestedRole]) : t.common.none;
    const signedIn = lastSignInAt ? t.common.day(taipeiDay(lastSignInAt)) : t.accounts.neverSignedIn;
    return html`<tr role="row" part="row" aria-current=${this.panel?.account.id === id ? 'true' : nothing}>
      <th scope="row" role="rowheader">${name}</th>
      <td role="cell" class="muted">${username}${this.scope === 'children' ? html`<br />${unitName}` : nothing}</td>
      <td role="cell">${role ? t.role[role] : asked}</td>
      <td role="cell">${statusBadge(status, t.accountStatus[status])}</td>
      <td role="cell" class="muted date">${status === 'active' ? signedIn : t.common.day(taipeiDay(appliedAt))}</td>
      <td role="cell">
        <button class="btn" part="button" type="button" data-view=${id} aria-label=${t.common.viewOf(name)} @click=${() => this.open(id)}>
          ${t.common.view}
        </button>
      </td>
    </tr>`;
  }

  #renderEmpty(): TemplateResult {
    const { t } = this.#screen;
    if (this.q)
      return emptyState(
        t.accounts.emptyFilter(this.q),
        null,
        html`<button class="btn" part="button" type="button" @click=${() => this.#search('')}>${t.common.clear}</button>`,
      );
    if (this.status !== 'pending') return emptyState(t.accounts.empty, null, nothing);
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
