/** The pending decisions of the caller: hand-overs, disputes, and units that need attention. Loaded after sign-in. */
import '../i18n/more.js';
import '../i18n/office.js';
import { css, html, nothing, type LitElement, type TemplateResult } from 'lit';
import type { Attention, Me } from '../../server/contract/wire.js';
import type { Screen } from '../controllers/screen.js';
import { addStyles } from '../styles/add-styles.js';
import { choices } from '../styles/choices.js';
import { date } from '../styles/date.js';
import { Disputes } from './disputes.js';
import { HandOvers } from './hand-overs.js';

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

export class Decisions {
  #handOvers: HandOvers;
  #disputes: Disputes;
  #attention: Attention = { withoutHead: [], idleHeads: [], oldApplications: [] };

  constructor(
    private readonly host: LitElement,
    private readonly screen: Screen,
    changed: () => Promise<void>,
  ) {
    addStyles(host, choices, date, styles);
    const back = (): void => screen.focus(this.#waits ? '[data-decisions]' : '[data-heading]');
    const decided = (): Promise<void> => changed().then(back);
    this.#handOvers = new HandOvers(host, screen, decided, back);
    this.#disputes = new Disputes(host, screen, decided);
  }

  async read({ role, functions }: Me): Promise<void> {
    const head = role === 'head';
    const looks = head && functions.includes('account.manage');
    await Promise.all([
      this.#handOvers.read(),
      head ? this.#disputes.read() : undefined,
      looks ? this.screen.client.call('GET /units/attention').then((attention) => (this.#attention = attention)) : undefined,
    ]);
    this.host.requestUpdate();
  }

  get #waits(): boolean {
    return this.#handOvers.items.length + this.#disputes.items.length > 0;
  }

  render({ role, account, unit }: Me, level: number): TemplateResult | typeof nothing {
    const { t } = this.screen;
    const head = role === 'head';
    const waits = this.#waits;
    if (!head && !waits) return nothing;
    const mayBegin = head && !this.#handOvers.isUnderWay(account!.id);
    return html`<div class="decisions">
      ${waits ? html`<div class="subtitle" role="heading" aria-level=${level + 1} tabindex="-1" data-decisions>${t.decide.heading}</div>` : nothing}
      ${this.#handOvers.render()} ${this.#disputes.render(level)} ${this.#renderAttention()}
      ${this.#handOvers.renderNew(mayBegin ? unit!.id : null, level)}
    </div>`;
  }

  #renderAttention(): TemplateResult {
    const { t } = this.screen;
    const { withoutHead, idleHeads, oldApplications } = this.#attention;
    const begin = (id: string, name: string): TemplateResult => this.#handOvers.renderBegin(id, name);
    return html`<div class="attention">
      ${group(
        t.decide.withoutHead,
        withoutHead.map(({ id, name }) => html`${name} ${begin(id, name)}`),
      )}
      ${group(
        t.decide.idleHeads,
        idleHeads.map(({ unit, head, lastSignInAt, days }) => {
          const words = lastSignInAt === null ? t.decide.neverCame : t.decide.idle;
          return html`${words(unit.name, head.name, days)} ${begin(unit.id, unit.name)}`;
        }),
      )}
      ${group(
        t.decide.oldApplications,
        oldApplications.map(({ unit, name, days }) => html`${t.decide.old(unit.name, name, days)}`),
      )}
    </div>`;
  }
}

function group(words: (count: number) => string, items: readonly TemplateResult[]): TemplateResult | typeof nothing {
  if (items.length === 0) return nothing;
  return html`<details>
    <summary>${words(items.length)}</summary>
    <ul>
      ${items.map((item) => html`<li>${item}</li>`)}
    </ul>
  </details>`;
}
