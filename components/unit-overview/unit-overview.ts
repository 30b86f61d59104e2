import '../i18n/more.js';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { Me } from '../../server/contract/wire.js';
import { FUNCTIONS } from '../../server/domain/authority.js';
import type { Client } from '../api/client.js';
import { chunk } from '../controllers/chunk.js';
import { RequestController } from '../controllers/request.js';
import { Screen, type ScreenHost } from '../controllers/screen.js';
import { InserviceReadyEvent } from '../events.js';
import type { PartialMessages } from '../i18n/locale.js';
import { body } from '../styles/body.js';
import { controls } from '../styles/controls.js';
import { forms } from '../styles/forms.js';
import { tokens } from '../styles/tokens.js';
import type { Decisions } from './decisions.js';

/**
 * @summary Who am I, what waits for me, who may do what.
 *
 * @slot - Shown before the script runs, or without it.
 * @event {InserviceReadyEvent} inservice-ready - Who is signed in is drawn.
 * @event {InserviceErrorEvent} inservice-error - A call failed.
 * @event {InserviceAuthRequiredEvent} inservice-auth-required - Nobody is signed in.
 */
export class UnitOverview extends LitElement implements ScreenHost {
  static override styles = [
    tokens,
    controls,
    // One chunk with the controls: two chunks would cost more bytes than they save.
    forms,
    body,
    css`
      .body {
        padding-block: 0.25rem 1.25rem;
        display: grid;
        gap: 0.5rem;
      }
      p {
        margin: 0;
      }
      .todo {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 1.25rem;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .todo a {
        color: var(--_accent);
        font-weight: 600;
        display: inline-flex;
        align-items: center;
        min-block-size: 2.75rem;
      }
      summary {
        cursor: pointer;
        font-weight: 600;
        min-block-size: 2.75rem;
        align-content: center;
      }
      table {
        border-collapse: collapse;
        inline-size: 100%;
        max-inline-size: 44rem;
      }
      caption {
        text-align: start;
        color: var(--_muted);
        padding-block: 0.25rem;
      }
      th,
      td {
        text-align: start;
        padding: 0.375rem 0.75rem 0.375rem 0;
        border-block-end: 1px solid var(--_line);
        vertical-align: top;
      }
      th,
      td {
        overflow-wrap: break-word;
      }
      tbody th {
        font-weight: 500;
      }
      @container (max-width: 40rem) {
        .todo {
          display: grid;
        }
      }
    `,
  ];

  /** The URL where the kit is mounted, such as `/inservice`. */
  @property({ attribute: 'base-url' }) baseUrl: string | null = null;
  /** Level of the element's heading. */
  @property({ type: Number, attribute: 'heading-level' }) headingLevel = 2;
  /** URLs of the pages for pending accounts and for pending roster work. */
  @property({ attribute: 'accounts-url' }) accountsUrl: string | null = null;
  @property({ attribute: 'teachers-url' }) teachersUrl: string | null = null;
  /** Called for each request; the token is not stored. */
  @property({ attribute: false }) getToken: (() => Promise<string>) | undefined;
  /** A client of the host page, instead of `base-url`. */
  @property({ attribute: false }) client: Client | undefined;
  /** Overrides for any of the texts. */
  @property({ attribute: false }) messages: PartialMessages | undefined;

  #screen = new Screen(this);
  #decisions: Decisions | null = null;
  #me = new RequestController<Me>(this, this.#screen, () => this.#read());

  /** Reads the caller again. */
  async reload(): Promise<void> {
    if (await this.#me.run()) this.dispatchEvent(new InserviceReadyEvent());
  }

  async #read(): Promise<Me> {
    const me = await this.#screen.connection!.me();
    if (me.account && !this.#decisions) {
      const { Decisions } = await chunk(import('./decisions.js'));
      this.#decisions = new Decisions(this, this.#screen, () => this.reload());
    }
    // A caller who must change the password sees that in the profile.
    if (me.account && !me.account.mustChangePassword && !me.account.mustSetSecondFactor) await this.#decisions!.read(me);
    return me;
  }

  /** Removes the displayed data. */
  forget(): void {
    this.#decisions = null;
    this.#me.forget();
  }

  override render(): TemplateResult {
    const { t } = this.#screen;
    const me = this.#me.value;
    return html`
      <header part="header">
        <div class="title" role="heading" aria-level=${this.headingLevel} tabindex="-1" data-heading>${t.overview.title}</div>
        ${me?.unit ? html`<span>${me.unit.name} · ${me.account?.name ?? ''}${me.role ? t.common.paren(t.role[me.role]) : ''}</span>` : nothing}
      </header>
      ${this.#screen.render()}
      <div class="body" aria-busy=${this.#me.loading}>${me?.account ? this.#renderMe(me) : me ? this.#renderStranger(me) : nothing}</div>
    `;
  }

  /** A caller whom the portal identifies but who has no account in the kit. */
  #renderStranger({ application }: Me): TemplateResult {
    const { t } = this.#screen;
    if (!application) return html`<p>${t.problem.noAccount}</p>`;
    const { status, unitName, reason } = application;
    return html`<p>${t.application.status(t.accountStatus[status], unitName)}</p>
      ${reason ? html`<p>${t.account.reasonIs(reason)}</p>` : nothing}`;
  }

  #renderMe(me: Me): TemplateResult {
    const { t } = this.#screen;
    const { parent, name } = me.unit!;
    return html`
      <p>${me.account!.name} ${t.overview.welcome(me.account!.username)}</p>
      <p class="muted">${t.overview.unit}${t.common.colon}${parent ? `${parent.name} ` : ''}${name}</p>
      ${this.#renderTodo(me)} ${this.#decisions?.render(me, this.headingLevel) ?? nothing}
      <details>
        <summary>${t.overview.what}</summary>
        ${this.#renderTable(me)}
      </details>
    `;
  }

  #renderTodo({ waiting }: Me): TemplateResult {
    const { t } = this.#screen;
    const todo = [
      { count: waiting?.accounts ?? 0, text: t.overview.accounts, url: this.accountsUrl },
      { count: waiting?.teachers ?? 0, text: t.overview.teachers, url: this.teachersUrl },
      { count: waiting?.transfers ?? 0, text: t.overview.transfers, url: this.teachersUrl },
    ].filter(({ count }) => count > 0);
    if (todo.length === 0) return html`<p class="muted">${t.overview.nothing}</p>`;
    return html`<ul class="todo" aria-label=${t.overview.todo}>
      ${todo.map(({ count, text, url }) => html`<li>${url ? html`<a href=${url}>${text(count)}</a>` : text(count)}</li>`)}
    </ul>`;
  }

  #renderTable({ functions, head, role }: Me): TemplateResult {
    const { t } = this.#screen;
    const who = role !== 'head' && head ? `${t.role.head} ${head.name}${t.common.paren(head.phone)}` : t.role.head;
    return html`<table>
      <caption>
        ${t.overview.ladder}
      </caption>
      <thead>
        <tr>
          <th scope="col">${t.overview.work}</th>
          <th scope="col">${t.overview.you}</th>
          <th scope="col">${t.overview.who}</th>
        </tr>
      </thead>
      <tbody>
        ${FUNCTIONS.map(
          (work) =>
            html`<tr>
              <th scope="row">${t.functions[work]}</th>
              <td>${functions.includes(work) ? t.overview.yes : t.overview.no}</td>
              <td>${functions.includes(work) ? '' : who}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'unit-overview': UnitOverview;
  }
}
