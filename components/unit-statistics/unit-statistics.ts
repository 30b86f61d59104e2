import '../i18n/office.js';
import { css, html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { Codes, Me, Statistics } from '../../server/contract/wire.js';
import type { Client } from '../api/client.js';
import { RequestController } from '../controllers/request.js';
import { Screen, type ScreenHost } from '../controllers/screen.js';
import { InserviceReadyEvent } from '../events.js';
import { codeName, type Named, type PartialMessages } from '../i18n/locale.js';
import { save } from '../parts/download.js';
import { emptyState } from '../parts/empty-state.js';
import { body } from '../styles/body.js';
import { subjectName } from '../parts/subject-name.js';
import { controls } from '../styles/controls.js';
import { forms } from '../styles/forms.js';
import { tokens } from '../styles/tokens.js';

interface Bar {
  label: string;
  count: number;
}
type Group = keyof Omit<Statistics, 'unit' | 'scope' | 'on' | 'summary'>;
const GROUPS: readonly Group[] = ['status', 'category', 'title', 'stage', 'subject', 'registered', 'left', 'below'];
/** A whole county is counted. */
const PATIENCE_MS = 60_000;
/** Bars that are drawn before somebody asks for all. */
const FIRST = 12;

/**
 * @summary 統計圖表: a unit's people in numbers; one sentence, tables whose cells are bars, CSV.
 *
 * @slot - Shown before the script runs, or without it.
 * @event {InserviceReadyEvent} inservice-ready - The numbers are drawn.
 * @event {InserviceErrorEvent} inservice-error - A call failed.
 * @event {InserviceAuthRequiredEvent} inservice-auth-required - Nobody is signed in.
 * @csspart table - A group of numbers.
 * @cssproperty --inservice-color-accent - The one accent colour.
 */
export class UnitStatistics extends LitElement implements ScreenHost {
  static override styles = [
    tokens,
    controls,
    forms,
    body,
    css`
      .body {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr));
        gap: 1.5rem 2.5rem;
        align-items: start;
      }
      table {
        inline-size: 100%;
        border-collapse: collapse;
      }
      caption {
        text-align: start;
        font-weight: 650;
        padding-block: 0.25rem;
      }
      caption small {
        display: block;
        font-weight: 400;
        color: var(--_muted);
      }
      th,
      td {
        text-align: start;
        font-weight: 400;
        padding: 0.25rem 0.75rem 0.25rem 0;
        border-block-end: 1px solid var(--_line);
      }
      tbody th {
        inline-size: 42%;
      }
      td.bar {
        padding-inline-end: 0;
      }
      td.n {
        text-align: end;
        white-space: nowrap;
        inline-size: 1%;
        padding-inline: 0.75rem 0;
        font-weight: 600;
      }
      svg {
        display: block;
        inline-size: 100%;
        block-size: 0.875rem;
      }
      rect {
        fill: var(--_accent);
      }
      .wide {
        grid-column: 1 / -1;
      }
      @media (forced-colors: active) {
        rect {
          fill: CanvasText;
        }
      }
    `,
  ];

  /** The URL where the kit is mounted, such as `/inservice`. */
  @property({ attribute: 'base-url' }) baseUrl: string | null = null;
  /** The unit that is counted; the caller's own by default. */
  @property() unit: string | null = null;
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
  @state() private scope: Statistics['scope'] = 'own';
  @state() private whole = new Set<Group>();

  #screen = new Screen(this);
  #figures = new RequestController<Statistics | null>(this, this.#screen, (signal) => this.#read(signal));

  /** Counts anew. */
  async reload(): Promise<void> {
    const first = this.#figures.value === null;
    if ((await this.#figures.run()) && first) this.dispatchEvent(new InserviceReadyEvent());
  }

  /** Removes the displayed data. */
  forget(): void {
    this.me = null;
    this.scope = 'own';
    this.whole = new Set();
    this.#figures.forget();
  }

  async #read(signal: AbortSignal): Promise<Statistics | null> {
    const { connection, client } = this.#screen;
    [this.me, this.codes] = await Promise.all([connection!.me(), connection!.codes()]);
    if (!this.me.functions.includes('statistics.read')) return null;
    return client.call('GET /statistics', { query: { unit: this.unit, scope: this.scope }, signal, patience: PATIENCE_MS });
  }

  #count = async (scope: Statistics['scope']): Promise<void> => {
    this.scope = scope;
    if (await this.#figures.run()) this.#screen.say(this.#sentence(this.#figures.value!));
  };

  #sentence({ on, unit, summary }: Statistics): string {
    const { t } = this.#screen;
    return t.statistics.sentence(t.common.day(on), unit.name, summary);
  }

  #nameOf(list: Named | undefined, code: string): string {
    return codeName(list, code, this.#screen.locale);
  }

  /** A group's rows in words. */
  #bars(figures: Statistics, group: Group): Bar[] {
    const { t } = this.#screen;
    const { codes } = this;
    const labelOf: Record<Exclude<Group, 'left' | 'below'>, (key: string) => string> = {
      status: (key) => (t.teacherStatus as Record<string, string>)[key] ?? key,
      category: (key) => (t.category as Record<string, string>)[key] ?? key,
      title: (key) => this.#nameOf(codes?.titles, key),
      stage: (key) => this.#nameOf(codes?.stages, key),
      subject: (key) => subjectName(codes, key, this.#screen.locale),
      registered: (key) => key,
    };
    if (group === 'below') return figures.below.map(({ unit, summary }) => ({ label: unit.name, count: summary.total }));
    if (group === 'left')
      return figures.left.map(({ schoolYear, kind, count }) => ({
        label: `${t.statistics.schoolYear(schoolYear)} ${t.departure[kind]}`,
        count,
      }));
    return figures[group].map(({ key, count }) => ({ label: labelOf[group](key), count }));
  }

  #csv = (): void => {
    const figures = this.#figures.value!;
    const { t } = this.#screen;
    const cell = (text: string | number): string =>
      `"${String(text)
        .replace(/"/g, '""')
        .replace(/^([=+\-@])/, "'$1")}"`;
    const rows = GROUPS.flatMap((group) =>
      this.#bars(figures, group).map(({ label, count }) => [t.statistics.groups[group], label, count]),
    );
    const lines = [[t.statistics.title, figures.unit.name, figures.on], ...rows].map((row) => row.map(cell).join(','));
    save({
      name: `${figures.unit.name}-${t.statistics.title}-${figures.on}.csv`,
      blob: new Blob([`\ufeff${lines.join('\r\n')}\r\n`], { type: 'text/csv' }),
    });
  };

  override render(): TemplateResult {
    const { t } = this.#screen;
    const figures = this.#figures.value;
    const mine = this.me === null || this.me.functions.includes('statistics.read');
    return html`
      <header part="header">
        <div class="title" role="heading" aria-level=${this.headingLevel}>${t.statistics.title}</div>
        ${figures ? this.#renderTools() : nothing}
      </header>
      ${this.#screen.render()}
      ${
        mine
          ? html`${figures ? html`<p class="lead">${this.#sentence(figures)}</p>` : html`<p class="lead">${this.#figures.loading ? t.common.loading : nothing}</p>`}
              <div class="body" aria-busy=${this.#figures.loading}>
                ${figures ? GROUPS.map((group) => this.#renderGroup(figures, group)) : nothing}
              </div>`
          : emptyState(t.statistics.notYours, this.me?.head ? t.accounts.ask(this.me.head.name) : null, nothing)
      }
    `;
  }

  #renderTools(): TemplateResult {
    const { t } = this.#screen;
    const scopes = this.me?.role === 'head' ? (['own', 'subtree'] as const) : [];
    return html`<div class="push">
      ${
        scopes.length > 0
          ? html`<div class="segments" role="group" aria-label=${t.statistics.title}>
              ${scopes.map((scope) => html`<button type="button" aria-pressed=${this.#figures.value?.scope === scope} @click=${() => this.#count(scope)}>${t.statistics[scope]}</button>`)}
            </div>`
          : nothing
      }
      <button class="btn" part="button" type="button" @click=${this.#csv}>${t.statistics.csv}</button>
    </div>`;
  }

  #renderGroup(figures: Statistics, group: Group): TemplateResult | typeof nothing {
    const { t } = this.#screen;
    const bars = this.#bars(figures, group);
    if (bars.length === 0) return nothing;
    const most = bars.reduce((a, b) => (b.count > a.count ? b : a));
    const total = bars.reduce((sum, { count }) => sum + count, 0);
    const shown = this.whole.has(group) ? bars : bars.slice(group === 'registered' ? -FIRST : 0).slice(0, FIRST);
    return html`<div class=${group === 'below' ? 'wide' : ''}>
      <table part="table">
        <caption>
          ${t.statistics.groups[group]}<small>${total > 0 ? t.statistics.most(most.label, most.count) : t.statistics.none}</small>
        </caption>
        <thead class="visually-hidden">
          <tr>
            <th scope="col">${t.statistics.groups[group]}</th>
            <th scope="col" colspan="2">${t.statistics.count}</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            ({ label, count }) =>
              html`<tr>
                <th scope="row">${label}</th>
                <td class="bar">${this.#renderBar(count, most.count)}</td>
                <td class="n">${count}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      ${
        shown.length < bars.length
          ? html`<button class="btn quiet" part="button" type="button" @click=${() => (this.whole = new Set([...this.whole, group]))}>
              ${t.statistics.all(bars.length)}
            </button>`
          : nothing
      }
    </div>`;
  }

  /** From zero; the number stands beside it, so that a reader hears it once. */
  #renderBar(count: number, most: number): TemplateResult {
    const width = `${most === 0 ? 0 : (100 * count) / most}%`;
    return html`<svg aria-hidden="true" focusable="false" preserveAspectRatio="none">
      ${svg`<rect width=${width} height="100%" rx="2" />`}
    </svg>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'unit-statistics': UnitStatistics;
  }
}
