import { html, type TemplateResult } from 'lit';
import { readNationalId } from '../../server/domain/national-id.js';
import type { Messages } from '../i18n/locale.js';

/** The interpretation of an identity number during input; it never shows the right check digit. */
export function readingOf(t: Messages, typed: string): TemplateResult | string {
  if (typed.trim() === '') return t.register.idHint;
  const read = readNationalId(typed);
  if (read.ok) return html`<span class="ok">${t.register.idOk(t.idKind[read.kind], t.sex[read.sex])}</span>`;
  return faultWords(t, typed);
}

/** Which character is wrong. */
export function faultWords(t: Messages, typed: string): string {
  const read = readNationalId(typed);
  if (read.ok) return '';
  return read.fault.code === 'national-id-length' ? t.register.idLength(read.fault.length) : t.idFault[read.fault.code];
}
