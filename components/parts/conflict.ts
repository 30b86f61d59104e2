import { html, type TemplateResult } from 'lit';
import { taipeiDay } from '../../server/domain/dates.js';
import type { Messages } from '../i18n/locale.js';

export interface Conflict {
  /** Fields in which the two differ. */
  rows: { field: string; label: string; original: string; mine: string; theirs: string; choose: 'mine' | 'theirs' }[];
  by: { name: string; at: string } | null;
}

/** Compares the input with another person's changes: fields that both changed, or that differ now. */
export function conflictOf(
  labels: Record<string, string>,
  original: Record<string, string>,
  mine: Record<string, string>,
  theirs: Record<string, string>,
  by: Conflict['by'],
): Conflict {
  const rows = Object.keys(mine)
    .filter((field) => mine[field] !== theirs[field] && (mine[field] !== original[field] || theirs[field] !== original[field]))
    .map((field) => ({
      field,
      label: labels[field] ?? field,
      original: original[field] ?? '',
      mine: mine[field] ?? '',
      theirs: theirs[field] ?? '',
      choose: (mine[field] === original[field] ? 'theirs' : 'mine') as 'mine' | 'theirs',
    }));
  return { rows, by };
}

export function conflictTable(
  { t, level }: { t: Messages; level: number },
  conflict: Conflict,
  choose: (field: string, side: 'mine' | 'theirs') => void,
  keep: () => void,
  drop: () => void,
  words: (field: string, value: string) => string,
): TemplateResult {
  const cell = (row: Conflict['rows'][number], side: 'mine' | 'theirs', label: string): TemplateResult =>
    html`<label class="check"
      ><input type="radio" name="choose-${row.field}" .checked=${row.choose === side} @change=${() => choose(row.field, side)} /><span
        ><small class="muted">${label}</small><br />${words(row.field, row[side])}</span
      ></label
    >`;
  return html`<div class="notice bad" tabindex="-1" data-conflict>
    <div class="grow form">
      <strong role="heading" aria-level=${level + 2}>${t.conflict.heading}</strong>
      ${conflict.by ? html`<p>${t.conflict.by(conflict.by.name, t.common.day(taipeiDay(conflict.by.at)))}</p>` : ''}
      ${conflict.rows.map(
        (row) =>
          html`<fieldset class="field">
            <legend>${row.label}</legend>
            <p class="hint">${t.conflict.original}${t.common.colon}${words(row.field, row.original)}</p>
            ${cell(row, 'mine', t.conflict.mine)}${cell(row, 'theirs', t.conflict.theirs)}
          </fieldset>`,
      )}
      <div class="acts">
        <button class="btn primary" part="button button-primary" type="button" @click=${keep}>${t.conflict.keep}</button>
        <button class="btn" part="button" type="button" @click=${drop}>${t.conflict.drop}</button>
      </div>
    </div>
  </div>`;
}
