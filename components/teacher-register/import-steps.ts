/** The templates of the steps of an import. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Import, ImportList } from '../../server/contract/wire.js';
import { ageOn, taipeiDay } from '../../server/domain/dates.js';
import { IMPORT_FIELDS, REQUIRED_FIELDS, type ImportField } from '../../server/domain/import-columns.js';
import type { Messages } from '../i18n/locale.js';
import { when } from '../parts/when.js';
import { fieldName } from './import-rows.js';

const ENCODINGS = ['utf-8', 'big5', 'utf-16le', 'utf-16be'] as const;

const heading = (level: number, words: string, focusable = false): TemplateResult =>
  focusable
    ? html`<div class="subtitle" role="heading" aria-level=${level + 1} tabindex="-1" data-import-heading>${words}</div>`
    : html`<div class="subtitle" role="heading" aria-level=${level + 1}>${words}</div>`;

interface PickActs {
  file: (file: File) => void;
  paste: (text: string) => void;
  usePasted: () => void;
  template: (format: 'xlsx' | 'csv') => void;
}

export function pickStep(t: Messages, level: number, blocked: boolean, pasted: string, acts: PickActs): TemplateResult {
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file && !blocked) acts.file(file);
  };
  const onChoose = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (file) acts.file(file);
    // Choosing the same file again, after a correction, is a change too.
    input.value = '';
  };
  return html`<section>
    ${heading(level, t.import.pick, true)}
    <p class="hint">${t.import.pickHelp}</p>
    <div class="drop" @dragover=${(event: Event) => event.preventDefault()} @drop=${onDrop}>
      <span>${t.import.drop}</span>
      <input
        class="visually-hidden"
        id="import-file"
        type="file"
        part="input"
        accept=".xlsx,.csv,.txt,.tsv,text/csv"
        ?disabled=${blocked}
        @change=${onChoose}
      />
      <label class="btn" for="import-file">${t.import.choose}</label>
    </div>
    <div class="acts">
      <button class="btn" part="button" type="button" @click=${() => acts.template('xlsx')}>${t.import.template}</button>
      <button class="btn quiet" part="button" type="button" @click=${() => acts.template('csv')}>${t.import.templateCsv}</button>
    </div>
    <p class="hint">${t.import.templateHelp}</p>
    <details>
      <summary>${t.import.paste}</summary>
      <div class="form">
        <div class="field">
          <label for="import-paste">${t.import.pasteLabel}</label>
          <textarea
            id="import-paste"
            part="input"
            rows="6"
            spellcheck="false"
            .value=${pasted}
            @input=${(event: Event) => acts.paste((event.target as HTMLTextAreaElement).value)}
          ></textarea>
        </div>
        <div class="acts">
          <button class="btn" part="button" type="button" aria-disabled=${blocked} @click=${acts.usePasted}>${t.import.pasteUse}</button>
        </div>
      </div>
    </details>
  </section>`;
}

export function recentImports(
  t: Messages,
  level: number,
  items: ImportList['items'],
  open: (id: string) => void,
): TemplateResult | typeof nothing {
  if (items.length === 0) return nothing;
  return html`<section>
    ${heading(level, t.import.last)}
    <ul class="recent">
      ${items.map(({ id, state, createdAt, createdBy, fileName, counts }) => {
        const name = t.import.lastOf(when(t, createdAt), createdBy.name, fileName);
        return html`<li>
          <div>
            <b>${name}</b>
            <p class="hint">${t.import.state[state]} · ${t.import.sum(counts)}</p>
          </div>
          <button
            class="btn"
            part="button"
            type="button"
            aria-label="${state === 'staged' ? t.import.resume : t.import.look} ${name}"
            @click=${() => open(id)}
          >
            ${state === 'staged' ? t.import.resume : t.import.look}
          </button>
        </li>`;
      })}
    </ul>
  </section>`;
}

interface ColumnActs {
  map: (column: number, field: ImportField | null) => void;
  apply: (remember: boolean) => void;
  /** Null if there is no file to read again. */
  encode: ((encoding: string) => void) | null;
  another: () => void;
}

export function columnsStep(
  t: Messages,
  level: number,
  shown: Import,
  mapping: Import['mapping'],
  blocked: boolean,
  acts: ColumnActs,
): TemplateResult {
  const missing = REQUIRED_FIELDS.filter((field) => !mapping.includes(field));
  const changed = mapping.some((field, column) => field !== shown.mapping[column]);
  const known = mapping.includes('id') || missing.length === 0;
  const apply = (event: Event): void => {
    const box = (event.currentTarget as HTMLElement).closest('details')!.querySelector<HTMLInputElement>('#import-remember');
    if (!blocked) acts.apply(box?.checked ?? false);
  };
  return html`<section>
    ${heading(level, t.import.columns)}
    <p>
      ${t.import.read(shown.rows, shown.fileName)} · ${t.import.headingRow(shown.headingRow)}
      <button class="btn quiet" part="button" type="button" @click=${acts.another}>${t.import.another}</button>
    </p>
    ${
      acts.encode && shown.encoding
        ? html`<div class="field encoding">
            <label for="import-encoding">${t.import.encoding}</label>
            <select id="import-encoding" part="input" @change=${(event: Event) => acts.encode!((event.target as HTMLSelectElement).value)}>
              ${ENCODINGS.map((encoding) => html`<option value=${encoding} ?selected=${encoding === shown.encoding}>${t.import.encodings[encoding]}</option>`)}
            </select>
          </div>`
        : nothing
    }
    <details ?open=${!known}>
      <summary>
        ${known ? t.import.columnsFine(mapping.filter((field) => field !== null).length) : t.import.columnsMissing(missing.map((field) => fieldName(t, field)).join(t.common.comma))}
      </summary>
      <p class="hint">${t.import.columnsHelp}</p>
      <ul class="mapping">
        ${shown.columns.map(
          (column, at) =>
            html`<li>
              <label for="import-column-${at}"
                >${column || '—'}<small
                  >${t.import.sample}${t.common.colon}${shown.samples.map((sample) => sample[at]).find(Boolean) ?? '—'}</small
                ></label
              >
              <select
                id="import-column-${at}"
                part="input"
                @change=${(event: Event) => acts.map(at, ((event.target as HTMLSelectElement).value || null) as ImportField | null)}
              >
                <option value="" ?selected=${mapping[at] === null}>${t.import.ignored}</option>
                ${IMPORT_FIELDS.map((field) => html`<option value=${field} ?selected=${mapping[at] === field}>${fieldName(t, field)}</option>`)}
              </select>
            </li>`,
        )}
      </ul>
      <label class="check"><input type="checkbox" id="import-remember" /> ${t.import.remember}</label>
      <div class="acts">
        <button class="btn" part="button" type="button" aria-disabled=${blocked} @click=${apply}>
          ${t.import.apply}${changed ? ' •' : nothing}
        </button>
      </div>
    </details>
  </section>`;
}

export function datesStep(
  t: Messages,
  { dates }: Import,
  blocked: boolean,
  choose: (calendar: 'roc' | 'western') => void,
): TemplateResult | typeof nothing {
  if (!dates) return nothing;
  const today = taipeiDay(new Date());
  const choice = (calendar: 'roc' | 'western', label: string): TemplateResult => {
    const people = dates.examples.map(({ name, roc, western }) => {
      const day = calendar === 'roc' ? roc : western;
      return day === null ? `${name} —` : `${name} ${t.common.dayLong(day)}${t.common.paren(t.import.age(ageOn(day, today)))}`;
    });
    return html`<label
      ><input
        type="radio"
        name="import-calendar"
        value=${calendar}
        ?disabled=${blocked}
        .checked=${dates.calendar === calendar}
        @change=${() => choose(calendar)}
      /><span>${label}</span><small>${people.join(t.common.comma)}</small></label
    >`;
  };
  return html`<section>
    <fieldset class="choices">
      <legend>${t.import.dates}</legend>
      <p class="hint">${t.import.datesHelp}</p>
      ${choice('roc', t.import.asRoc)} ${choice('western', t.import.asWestern)}
    </fieldset>
  </section>`;
}

interface ResultActs {
  errors: () => void;
  undo: () => void;
  again: () => void;
}

export function resultStep(t: Messages, level: number, shown: Import, blocked: boolean, acts: ResultActs): TemplateResult {
  const { state, counts, kept, undoUntil, rows } = shown;
  return html`<section>
    ${heading(level, state === 'undone' ? t.import.undone : t.import.done, true)}
    <p class="counts">
      ${state === 'undone' ? t.import.undoneSum(counts.new + counts.updated + counts.transfer - kept.length) : t.import.doneSum(counts)}
    </p>
    ${rows === 0 ? html`<p class="hint">${t.import.gone24}</p>` : nothing}
    ${
      kept.length > 0
        ? html`<div class="notice" part="notice">
            <div class="grow">
              <strong>${t.import.kept(kept.length)}</strong>
              <ul>
                ${kept.map(({ name, why }) => html`<li>${name}${t.common.colon}${t.import.why[why]}</li>`)}
              </ul>
            </div>
          </div>`
        : nothing
    }
    <div class="acts">
      ${counts.invalid > 0 && rows > 0 ? html`<button class="btn" part="button" type="button" @click=${acts.errors}>${t.import.errors}</button>` : nothing}
      ${undoUntil ? html`<button class="btn" part="button" type="button" aria-disabled=${blocked} @click=${() => (blocked ? undefined : acts.undo())}>${t.import.undo}</button>` : nothing}
      <button class="btn primary" part="button button-primary" type="button" @click=${acts.again}>${t.import.again}</button>
    </div>
    ${counts.invalid > 0 && rows > 0 ? html`<p class="hint">${t.import.errorsHelp}</p>` : nothing}
    ${undoUntil ? html`<p class="hint">${t.import.undoUntil(when(t, undoUntil))}</p>` : nothing}
  </section>`;
}
