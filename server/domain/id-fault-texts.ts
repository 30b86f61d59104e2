import type { Locale } from './locales.js';
import type { IdFault } from './national-id.js';

/** What is wrong with an identity number; said while it is typed, and by the server. It never tells the right check digit. */
export const ID_FAULT_TEXTS: Record<IdFault['code'], Record<Locale, string>> = {
  'national-id-length': { 'zh-Hant': '應為 10 碼', en: 'Ten characters are needed' },
  'national-id-letter': { 'zh-Hant': '第 1 碼應為英文字母', en: 'The first character must be a letter' },
  'national-id-second': {
    'zh-Hant': '第 2 碼應為 1、2、8、9（舊式證號為 A 到 D）',
    en: 'The second character must be 1, 2, 8 or 9 (A to D in an old number)',
  },
  'national-id-digits': { 'zh-Hant': '第 3 碼以後應為數字', en: 'From the third character on only digits' },
  'national-id-check': {
    'zh-Hant': '檢查碼不符，可能打錯一碼或兩碼對調，請看證件',
    en: 'The check digit does not fit: one digit may be wrong or two swapped; please look at the document',
  },
  'national-id-permit-number': {
    'zh-Hant': '這像是居留證號；請改填卡片上的「統一證號」（10 碼）',
    en: 'This looks like a permit number; please use the ten-character UI number (統一證號) on the card',
  },
};
