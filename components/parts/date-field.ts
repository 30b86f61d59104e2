import { html, nothing, type TemplateResult } from 'lit';
import { isoDay, partsOf, rocYear, splitDay, type IsoDay } from '../../server/domain/dates.js';
import type { Messages } from '../i18n/locale.js';
import { faultLine, type FormState } from './fields.js';

/** The form names of the three fields of a date. */
export function dayBoxes(name: string): [year: string, month: string, day: string] {
  return [`${name}.year`, `${name}.month`, `${name}.day`];
}

/** The values of the three fields of a date: the ROC year if there is one. */
export function boxesOf(name: string, iso: IsoDay): Record<string, string> {
  const { year, month, day } = partsOf(iso);
  const roc = rocYear(year);
  const texts = [roc > 0 ? roc : year, month, day].map(String);
  return Object.fromEntries(dayBoxes(name).map((box, at) => [box, texts[at]!]));
}

/** The date in the three fields; null if it is not a valid date. */
export function dayOf(form: FormState, name: string): string | null {
  const [year, month, day] = dayBoxes(name).map((box) => (form.values[box] ?? '').normalize('NFKC').trim());
  if (!year || !month || !day) return null;
  return isoDay({ year: Number(year), month: Number(month), day: Number(day) });
}

/** Three fields. The year may be of either calendar, and a whole date pasted into any field fills all three. */
export function dateField(
  t: Messages,
  form: FormState,
  { name, label, echo }: { name: string; label: string; echo: (day: string) => string },
  onInput: (values: Record<string, string>) => void,
): TemplateResult {
  const boxes = dayBoxes(name);
  const words = [t.register.year, t.register.month, t.register.day];
  const fault = form.faults[name];
  const typed = boxes.every((box) => (form.values[box] ?? '') !== '');
  const day = dayOf(form, name);
  const onPaste = (event: ClipboardEvent): void => {
    const parts = splitDay(event.clipboardData?.getData('text') ?? '');
    if (!parts) return;
    event.preventDefault();
    onInput({ [boxes[0]]: String(parts.year), [boxes[1]]: String(parts.month), [boxes[2]]: String(parts.day) });
  };
  return html`<fieldset class="field" id=${name} tabindex="-1" aria-describedby="${name}-hint ${fault ? `${name}-fault` : ''}">
    <legend>${label}</legend>
    <div class="date" @paste=${onPaste}>
      ${boxes.map(
        (box, index) =>
          html`<label
            ><input
              part="input"
              class=${index === 0 ? 'year' : ''}
              inputmode="numeric"
              autocomplete="off"
              aria-label="${label} ${words[index]!}"
              aria-invalid=${fault ? 'true' : nothing}
              .value=${form.values[box] ?? ''}
              @input=${(event: Event) => onInput({ [box]: (event.target as HTMLInputElement).value })}
            /><span aria-hidden="true">${words[index]}</span></label
          >`,
      )}
    </div>
    <p class="hint" id="${name}-hint">${day ? echo(day) : typed ? t.register.dayWrong : t.register.yearHint}</p>
    ${faultLine(name, fault)}
  </fieldset>`;
}
