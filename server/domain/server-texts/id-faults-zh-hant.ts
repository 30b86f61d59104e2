import type { IdFault } from '../national-id.js';

/** What is wrong with an identity number: said while it is typed, and by the server. It never tells the right check digit. */
export const idFaultsZhHant: Record<IdFault['code'], string> = {
  'national-id-length': '應為 10 碼',
  'national-id-letter': '第 1 碼應為英文字母',
  'national-id-second': '第 2 碼應為 1、2、8、9（舊式證號為 A 到 D）',
  'national-id-digits': '第 3 碼以後應為數字',
  'national-id-check': '檢查碼不符，可能打錯一碼或兩碼對調，請看證件',
  'national-id-permit-number': '這像是居留證號；請改填卡片上的「統一證號」（10 碼）',
};
