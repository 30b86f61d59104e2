/** 離職／轉校／退休 of one person, and the school somebody moves to. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Teacher } from '../../server/contract/wire.js';
import { Modal, type ModalHost } from '../controllers/modal.js';
import type { Screen } from '../controllers/screen.js';
import { DepartureForm, type DepartureBody } from '../parts/departure-form.js';
import { UnitSearch } from '../parts/unit-search.js';

export class DepartureDialog {
  #teacher: Teacher | null = null;
  #submit: (body: DepartureBody) => Promise<unknown> = async () => undefined;
  #form: DepartureForm;
  #school: UnitSearch;
  #modal: Modal;

  constructor(
    private readonly host: ModalHost,
    private readonly screen: Screen,
  ) {
    this.#form = new DepartureForm(host, screen, '');
    this.#school = new UnitSearch(host, screen, () => undefined);
    this.#modal = new Modal(host, 'dialog[data-departure]');
  }

  ask(teacher: Teacher, submit: (body: DepartureBody) => Promise<unknown>): void {
    this.#teacher = teacher;
    this.#submit = submit;
    this.#school = new UnitSearch(this.host, this.screen, () => undefined);
    this.#form.start();
    this.#modal.open('input[type=radio]');
  }

  #close = (): void => {
    this.#modal.close();
    this.#teacher = null;
    this.screen.focus('[data-panel-heading]');
  };

  #onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (this.screen.busy) return;
    const body = this.#form.read();
    if (!body) return;
    this.#modal.close();
    this.#teacher = null;
    const school = body.kind === 'transferred' ? this.#school.chosen : null;
    await this.#submit({ ...body, ...(school ? { toUnitId: school.id } : {}) });
  };

  render(): TemplateResult | typeof nothing {
    const teacher = this.#teacher;
    if (!teacher) return nothing;
    const { t } = this.screen;
    const label = `${t.field.toUnitId}${t.common.paren(t.common.optional)} · ${t.entry.schoolSearch}`;
    const school = this.#form.kind === 'transferred' ? this.#school.render(label, t.entry.chosenSchool) : nothing;
    const { onKeydown } = this.#modal;
    return html`<dialog data-departure part="dialog" aria-labelledby="departure-title" @cancel=${this.#close} @keydown=${onKeydown}>
      <form class="form" novalidate @submit=${this.#onSubmit}>
        <div class="subtitle" id="departure-title" role="heading" aria-level=${this.screen.level + 1}>
          ${t.entry.departTitle(teacher.name)}
        </div>
        <p class="hint">${t.entry.departHelp}</p>
        ${this.#form.render(undefined, school)}
        <div class="acts">
          <button class="btn" part="button" type="button" @click=${this.#close}>${t.common.cancel}</button>
          <button class="btn danger" part="button" type="submit">${t.entry.departSave(teacher.name)}</button>
        </div>
      </form>
    </dialog>`;
  }
}
