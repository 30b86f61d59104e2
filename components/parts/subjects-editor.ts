/** Edits the ordered list of subjects that a teacher teaches (at most six): picked by stage, moved and removed by buttons. */
import { css, html, nothing, type ReactiveElement, type TemplateResult } from 'lit';
import type { Codes } from '../../server/contract/wire.js';
import { LIMITS } from '../../server/domain/texts.js';
import type { Screen } from '../controllers/screen.js';
import { textIn } from '../i18n/locale.js';
import { addStyles } from '../styles/add-styles.js';
import { subjectName } from './subject-name.js';

const MAX_SUBJECTS = LIMITS.subjects;

const styles = css`
  .pick {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    align-items: end;
  }
  .pick .field {
    flex: 1 1 8rem;
  }
  ol.subjects {
    margin: 0;
    padding: 0;
    list-style: none;
    display: grid;
    gap: 0.25rem;
  }
  .subjects li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    border-block-end: 1px solid var(--_line);
  }
  .subjects .grow {
    flex: 1 1 10rem;
  }
  .subjects .marked {
    background: var(--_accent-weak);
    outline: 2px solid var(--_accent);
  }
`;

export class SubjectsEditor {
  subjects: string[] = [];
  #stage = '';
  #subject = '';
  #marked = -1;
  #message = '';

  constructor(
    private readonly host: ReactiveElement,
    private readonly screen: Screen,
    private readonly codes: Codes | null,
    private readonly changed: (subjects: string[]) => void,
  ) {}

  set(subjects: readonly string[], stage: string | null): void {
    this.subjects = [...subjects];
    this.#stage = stage ?? '';
    this.#subject = '';
    this.#message = '';
    this.#marked = -1;
  }

  #change(subjects: string[], said: string): void {
    this.subjects = subjects;
    this.#marked = -1;
    this.#message = '';
    this.screen.say(said);
    this.changed(subjects);
    this.host.requestUpdate();
  }

  #name(code: string): string {
    return subjectName(this.codes, code, this.screen.locale);
  }

  #add = (): void => {
    const { t } = this.screen;
    const chosen = this.#subject;
    if (chosen === '') return;
    const index = this.subjects.indexOf(chosen);
    if (index >= 0 || this.subjects.length >= MAX_SUBJECTS) {
      this.#marked = index;
      this.#message = index >= 0 ? t.entry.twice(index + 1) : t.entry.atMost(MAX_SUBJECTS);
      this.screen.say(this.#message);
      this.host.requestUpdate();
      return;
    }
    const subjects = [...this.subjects, chosen];
    this.#change(subjects, t.entry.added(this.#name(chosen), subjects.length, subjects.length));
  };

  #reset = (): void => {
    this.#change([], this.screen.t.entry.noSubjects);
    this.screen.focus('#subject-stage');
  };

  #remove(index: number): void {
    const removed = this.subjects[index]!;
    const subjects = this.subjects.filter((code) => code !== removed);
    this.#change(subjects, this.screen.t.entry.removed(this.#name(removed)));
    this.screen.focus(subjects.length > 0 ? `[data-remove="${Math.min(index, subjects.length - 1)}"]` : '#subject-pick');
  }

  #move(index: number, by: -1 | 1): void {
    const subjects = [...this.subjects];
    const [moved] = subjects.splice(index, 1);
    subjects.splice(index + by, 0, moved!);
    this.#change(subjects, `${this.#name(moved!)} ${index + by + 1}`);
    // The buttons of a row stay where they are when the rows change; focus follows the subject, so that it can be moved on.
    this.screen.focus(`[data-move="${moved!} ${by}"]`);
  }

  render(fault: string | undefined): TemplateResult {
    addStyles(this.host, styles);
    const { t, locale } = this.screen;
    const { codes } = this;
    const offered = codes?.subjects.filter(({ stage, active }) => stage === this.#stage && active) ?? [];
    const full = this.subjects.length >= MAX_SUBJECTS;
    return html`<fieldset class="field" id="subjects" tabindex="-1" aria-describedby=${fault ? 'subjects-fault' : nothing}>
      <legend>${t.entry.subjectsHeading(MAX_SUBJECTS)}</legend>
      <div class="pick">
        <div class="field">
          <label for="subject-stage">${t.entry.category}</label>
          <select
            id="subject-stage"
            part="input"
            @change=${(event: Event) => {
              this.#stage = (event.target as HTMLSelectElement).value;
              this.#subject = '';
              this.host.requestUpdate();
            }}
          >
            <option value="" ?selected=${this.#stage === ''}>${t.register.choose}</option>
            ${codes?.stages.map(({ code, names }) => html`<option value=${code} ?selected=${code === this.#stage}>${textIn(names, locale)}</option>`)}
          </select>
        </div>
        <div class="field">
          <label for="subject-pick">${t.entry.pick}</label>
          <select
            id="subject-pick"
            part="input"
            @change=${(event: Event) => {
              this.#subject = (event.target as HTMLSelectElement).value;
            }}
          >
            <option value="" ?selected=${this.#subject === ''}>${t.register.choose}</option>
            ${offered.map(({ code, names }) => html`<option value=${code} ?selected=${code === this.#subject}>${textIn(names, locale)}</option>`)}
          </select>
        </div>
        <button class="btn" part="button" type="button" aria-disabled=${full} aria-describedby="subjects-message" @click=${this.#add}>
          ${t.entry.add}
        </button>
        ${this.subjects.length > 0 ? html`<button class="btn quiet" part="button" type="button" @click=${this.#reset}>${t.entry.reset}</button>` : nothing}
      </div>
      <p class="hint" id="subjects-message">${this.#message || (full ? t.entry.atMost(MAX_SUBJECTS) : '')}</p>
      ${
        this.subjects.length === 0
          ? html`<p class="muted">${t.entry.noSubjects}</p>`
          : html`<ol class="subjects">
              ${this.subjects.map((code, index) => {
                const name = this.#name(code);
                const move = (by: -1 | 1, mark: string, label: string, off: boolean): TemplateResult =>
                  html`<button
                    class="btn quiet"
                    part="button"
                    type="button"
                    data-move="${code} ${by}"
                    aria-label=${label}
                    aria-disabled=${off}
                    @click=${() => (off ? undefined : this.#move(index, by))}
                  >
                    ${mark}
                  </button>`;
                return html`<li class=${index === this.#marked ? 'marked' : ''}>
                  <span class="grow"><span class="muted">${t.entry.subjectAt(index + 1)}</span> ${name}</span>
                  ${move(-1, '▲', t.entry.up(name), index === 0)} ${move(1, '▼', t.entry.down(name), index === this.subjects.length - 1)}
                  <button
                    class="btn quiet"
                    part="button"
                    type="button"
                    data-remove=${index}
                    aria-label=${t.entry.removeOf(name)}
                    @click=${() => this.#remove(index)}
                  >
                    ${t.entry.remove}
                  </button>
                </li>`;
              })}
            </ol>`
      }
      ${fault ? html`<p class="fault" id="subjects-fault">${fault}</p>` : nothing}
    </fieldset>`;
  }
}
