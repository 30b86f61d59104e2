import type { TemplateResult } from 'lit';
import { LIMITS } from '../../server/domain/texts.js';
import type { Messages } from '../i18n/locale.js';
import { textField, type FormState, type OnInput } from './fields.js';

/** A field for a new password, with its rule. */
export function newPasswordField(t: Messages, form: FormState, name: string, label: string, onInput: OnInput): TemplateResult {
  const hint = t.profile.rule(LIMITS.passwordMin, LIMITS.passwordMax);
  return textField(t, form, { name, label, hint, type: 'password', autocomplete: 'new-password', required: true }, onInput);
}
