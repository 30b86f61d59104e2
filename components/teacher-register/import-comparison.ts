/** A full list of a term compared with the roster: who is not in it, and departs with the import. */
import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import type { BodyOf } from '../../server/contract/call-types.js';
import type { Import } from '../../server/contract/wire.js';
import type { Screen } from '../controllers/screen.js';
import { DepartureForm } from '../parts/departure-form.js';
import { selectField } from '../parts/fields.js';

type Change = BodyOf<'PATCH /teachers/imports/:id'>;

export class Comparison {
  #form: DepartureForm;

  constructor(
    host: LitElement,
    private readonly screen: Screen,
    private readonly update: (change: Change) => Promise<void>,
  ) {
    this.#form = new DepartureForm(host, screen, 'leave-');
  }

  show({ departure }: Import): void {
    if (departure) this.#form.start(departure);
  }

  /** Sent when a field loses focus; incomplete input waits. */
  #onLeave = (): void => {
    const departure = this.#form.read();
    if (departure) void this.update({ departure });
  };

  render(shown: Import, level: number): TemplateResult {
    const { t, blocked } = this.screen;
    const leaving = shown.gone.filter(({ leaves }) => leaves).length;
    return html`<section class="form">
      <label class="check"
        ><input
          type="checkbox"
          .checked=${shown.complete}
          ?disabled=${blocked}
          @change=${(event: Event) => void this.update({ complete: (event.target as HTMLInputElement).checked })}
        />
        <span>${t.import.complete}<small class="hint">${t.import.completeHelp}</small></span></label
      >
      ${!shown.complete ? nothing : shown.gone.length === 0 ? html`<p>${t.import.goneNone}</p>` : this.#renderGone(shown, leaving, level)}
    </section>`;
  }

  #renderGone({ gone }: Import, leaving: number, level: number): TemplateResult {
    const { t, blocked } = this.screen;
    const toggle = (id: string, leaves: boolean): void => {
      const staying = gone.filter((each) => (each.id === id ? !leaves : !each.leaves)).map((each) => each.id);
      void this.update({ staying });
    };
    return html`<div class="subtitle" role="heading" aria-level=${level + 2}>${t.import.gone(gone.length)}</div>
      <p class="hint">${t.import.leaving(leaving)} · ${t.import.goneHelp}</p>
      <ul class="gone">
        ${gone.map(
          ({ id, name, leaves, doubtful }) =>
            html`<li>
              <label class="check"
                ><input
                  type="checkbox"
                  aria-label=${t.import.leaves(name)}
                  .checked=${leaves}
                  ?disabled=${blocked}
                  @change=${(event: Event) => toggle(id, (event.target as HTMLInputElement).checked)}
                />
                <span>${name}${doubtful ? html`<small class="fault">${t.import.doubtful}</small>` : nothing}</span></label
              >
            </li>`,
        )}
      </ul>
      ${leaving === 0 ? nothing : html`<div class="leave" @change=${this.#onLeave}>${this.#form.render(selectField)}</div>`}`;
  }
}
