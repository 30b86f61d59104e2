import type { Codes } from '../../server/contract/wire.js';
import { codeName, textIn, type Locale } from '../i18n/locale.js';

/** A subject with its stage; an unknown code is shown as it is. */
export function subjectName(codes: Codes | null, code: string, locale: Locale): string {
  const subject = codes?.subjects.find((item) => item.code === code);
  return subject ? `${codeName(codes!.stages, subject.stage, locale)} ${textIn(subject.names, locale)}` : code;
}
