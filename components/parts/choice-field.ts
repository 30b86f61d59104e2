import { html, type TemplateResult } from 'lit';
import { faultLine, radio, type Choice, type FormState, type OnInput } from './fields.js';

/** Radio buttons as a list, each with its description. */
export function choiceField(
  form: FormState,
  options: { name: string; label: string; choices: readonly Choice[] },
  onInput: OnInput,
): TemplateResult {
  const { name, label, choices } = options;
  return html`<fieldset class="choices" id=${name} tabindex="-1">
    <legend>${label}</legend>
    ${choices.map((choice) => radio(form, name, choice, onInput))} ${faultLine(name, form.faults[name])}
  </fieldset>`;
}
