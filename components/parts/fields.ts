import { html, nothing, type TemplateResult } from 'lit';
import type { Messages } from '../i18n/locale.js';

/** The input of a form, and its faults. */
export interface FormState {
  values: Record<string, string>;
  faults: Record<string, string>;
}

/** A form with new input in a field, whose fault is removed. */
export function typed({ values, faults }: FormState, changed: Record<string, string>): FormState {
  const left = { ...faults };
  for (const name of Object.keys(changed)) delete left[name.split('.')[0]!];
  return { values: { ...values, ...changed }, faults: left };
}

export interface FieldOptions {
  name: string;
  label: string;
  hint?: TemplateResult | string | undefined;
  type?: 'text' | 'email' | 'tel' | 'password' | 'search';
  // TypeScript's type lacks a token of the HTML standard.
  autocomplete?: AutoFill | 'organization-title';
  inputmode?: 'text' | 'numeric' | 'tel' | 'email';
  autocapitalize?: 'characters' | 'off';
  required?: boolean;
  optional?: boolean;
  lines?: boolean;
}

export type OnInput = (name: string, value: string) => void;

/** The ids for `aria-describedby`: the hint, and the fault if there is one. */
function describedBy(name: string, hint: unknown, fault: string | undefined): string | typeof nothing {
  return [hint ? `${name}-hint` : '', fault ? `${name}-fault` : ''].filter(Boolean).join(' ') || nothing;
}

export function faultLine(name: string, fault: string | undefined): TemplateResult | typeof nothing {
  return fault ? html`<p class="fault" id="${name}-fault">${fault}</p>` : nothing;
}

/** A text field with its label, hint and fault. It has no `maxlength`, which would cut off an input method's text. */
export function textField(t: Messages, form: FormState, options: FieldOptions, onInput: OnInput): TemplateResult {
  const {
    name,
    label,
    hint,
    type = 'text',
    autocomplete = 'off',
    inputmode,
    autocapitalize,
    required = false,
    optional = false,
    lines = false,
  } = options;
  const fault = form.faults[name];
  const typed = (event: Event): void => onInput(name, (event.target as HTMLInputElement).value);
  return html`<div class="field">
    <label for=${name}>${label}${optional ? html` <span class="mark">${t.common.optional}</span>` : nothing}</label>
    ${
      lines
        ? html`<textarea
            id=${name}
            name=${name}
            part="input"
            .value=${form.values[name] ?? ''}
            aria-invalid=${fault ? 'true' : nothing}
            aria-describedby=${describedBy(name, hint, fault)}
            @input=${typed}
          ></textarea>`
        : html`<input
            id=${name}
            name=${name}
            part="input"
            type=${type}
            autocomplete=${autocomplete as AutoFill}
            autocapitalize=${autocapitalize ?? nothing}
            inputmode=${inputmode ?? nothing}
            spellcheck="false"
            aria-required=${required ? 'true' : nothing}
            aria-invalid=${fault ? 'true' : nothing}
            aria-describedby=${describedBy(name, hint, fault)}
            .value=${form.values[name] ?? ''}
            @input=${typed}
          />`
    }
    ${hint ? html`<p class="hint" id="${name}-hint">${hint}</p>` : nothing} ${faultLine(name, fault)}
  </div>`;
}

export interface Choice {
  value: string;
  label: string;
  hint?: string;
  disabled?: boolean;
}

export function selectField(
  form: FormState,
  options: { name: string; label: string; choices: readonly Choice[]; empty?: string; required?: boolean },
  onInput: OnInput,
): TemplateResult {
  const { name, label, choices, empty, required = false } = options;
  const fault = form.faults[name];
  const value = form.values[name] ?? '';
  return html`<div class="field">
    <label for=${name}>${label}</label>
    <select
      id=${name}
      name=${name}
      part="input"
      aria-required=${required ? 'true' : nothing}
      aria-invalid=${fault ? 'true' : nothing}
      aria-describedby=${describedBy(name, null, fault)}
      .value=${value}
      @change=${(event: Event) => onInput(name, (event.target as HTMLSelectElement).value)}
    >
      ${empty === undefined ? nothing : html`<option value="" ?selected=${value === ''}>${empty}</option>`}
      ${choices.map((choice) => html`<option value=${choice.value} ?selected=${choice.value === value}>${choice.label}</option>`)}
    </select>
    ${faultLine(name, fault)}
  </div>`;
}

/** Radio buttons in a row, for two or three short words. */
export function radioField(
  form: FormState,
  options: { name: string; label: string; choices: readonly Choice[] },
  onInput: OnInput,
): TemplateResult {
  const { name, label, choices } = options;
  const fault = form.faults[name];
  return html`<fieldset class="field" id=${name} tabindex="-1" aria-describedby=${describedBy(name, null, fault)}>
    <legend>${label}</legend>
    <div class="radios">${choices.map((choice) => radio(form, name, choice, onInput))}</div>
    ${faultLine(name, fault)}
  </fieldset>`;
}

/** One radio button with its label. */
export function radio(form: FormState, name: string, { value, label, hint }: Choice, onInput: OnInput): TemplateResult {
  return html`<label>
    <input
      type="radio"
      name=${name}
      value=${value}
      aria-invalid=${form.faults[name] ? 'true' : nothing}
      .checked=${form.values[name] === value}
      @change=${() => onInput(name, value)}
    />
    ${label}${hint ? html`<small>${hint}</small>` : nothing}
  </label>`;
}

/** The error summary above a form: the number of faults, and a link to each field. */
export function faultSummary(
  t: Messages,
  form: FormState,
  labels: Record<string, string>,
  root: ParentNode,
): TemplateResult | typeof nothing {
  const wrong = Object.entries(form.faults);
  if (wrong.length === 0) return nothing;
  const goTo =
    (name: string) =>
    (event: Event): void => {
      event.preventDefault();
      const field = root.querySelector<HTMLElement>(`#${CSS.escape(name)}`);
      (field?.querySelector<HTMLElement>('input') ?? field)?.focus();
    };
  return html`<div class="notice bad" tabindex="-1" data-summary>
    <div class="grow">
      <strong>${t.problem.summary(wrong.length)}</strong>
      <ul>
        ${wrong.map(([name, fault]) => html`<li><a href="#${name}" @click=${goTo(name)}>${labels[name] ?? name}</a>${t.common.colon}${fault}</li>`)}
      </ul>
    </div>
  </div>`;
}
