import type { FieldFault } from './errors.js';
import { ID_FAULT_TEXTS } from './id-fault-texts.js';
import type { Locale } from './locales.js';

/** Why a file cannot be read at all, and what to do. */
const FILE_TEXTS = {
  'file-empty': { 'zh-Hant': '檔案裡沒有資料', en: 'There is nothing in this file' },
  'file-locked': {
    'zh-Hant': '檔案有密碼保護，請在 Excel 取消密碼後另存再上傳',
    en: 'The file is protected by a password; please save it without one',
  },
  'file-old-excel': {
    'zh-Hant': '這是舊版 Excel（.xls），請另存為 .xlsx 再上傳',
    en: 'This is an old Excel file (.xls); please save it as .xlsx',
  },
  'file-not-a-table': {
    'zh-Hant': '這不是 Excel 或 CSV 檔，請用範本或另存為 .xlsx',
    en: 'This is neither an Excel nor a CSV file; please use the template or save it as .xlsx',
  },
  'file-broken': { 'zh-Hant': '檔案已損壞或不完整，請重新另存再上傳', en: 'The file is damaged or incomplete; please save it again' },
  'file-no-headings': {
    'zh-Hant': '找不到標題列，第一列請寫欄位名稱（姓名、身分證字號…）',
    en: 'There are no headings; the first line should name the columns (姓名, 身分證字號 …)',
  },
  'file-too-many-rows': { 'zh-Hant': '超過 5,000 列，請分成幾個檔案', en: 'More than 5,000 rows; please split the file' },
  'file-too-many-columns': { 'zh-Hant': '欄位太多，請只留下需要的欄', en: 'Too many columns; please keep only those needed' },
  'file-too-big-inside': {
    'zh-Hant': '檔案展開後太大，請把資料複製到範本再上傳',
    en: 'The file is too large when unpacked; please copy the data into the template',
  },
} as const;

/** A sentence for each fault of a field. */
export const FIELD_TEXTS: Record<FieldFault, Record<Locale, string>> = {
  required: { 'zh-Hant': '請填寫', en: 'Please fill this in' },
  'too-short': { 'zh-Hant': '太短', en: 'Too short' },
  'too-long': { 'zh-Hant': '太長', en: 'Too long' },
  'unknown-field': { 'zh-Hant': '不認得的欄位', en: 'Unknown field' },
  'not-allowed': { 'zh-Hant': '不是可用的值', en: 'Not an allowed value' },
  'wrong-type': { 'zh-Hant': '格式不正確', en: 'Wrong format' },
  'bad-characters': { 'zh-Hant': '含有看不見或不完整的字元，請重新輸入', en: 'Contains hidden or broken characters; please type it again' },
  'bad-email': { 'zh-Hant': '不是有效的電子郵件', en: 'Not a valid mail address' },
  'bad-date': { 'zh-Hant': '不是有效的日期', en: 'Not a valid date' },
  'age-out-of-range': { 'zh-Hant': '年齡須在 16 到 100 歲之間', en: 'The age must be between 16 and 100' },
  'unknown-code': { 'zh-Hant': '不在代碼表中', en: 'Not in the code list' },
  duplicate: { 'zh-Hant': '重複', en: 'Duplicate' },
  'too-many': { 'zh-Hant': '最多 6 個', en: 'At most six' },
  'bad-username': { 'zh-Hant': '請用 3 到 64 個英文字母、數字或 . _ - @', en: 'Use 3 to 64 letters, digits or . _ - @' },
  'common-password': { 'zh-Hant': '這個密碼太常見，請換一個', en: 'This password is too common; please choose another' },
  'wrong-password': { 'zh-Hant': '目前的密碼不正確', en: 'The current password is wrong' },
  'too-simple': {
    'zh-Hant': '請混用更多種字元：大寫、小寫、數字、符號',
    en: 'Use more kinds of characters: capitals, small letters, digits, symbols',
  },
  'used-before': { 'zh-Hant': '這個密碼用過了，請換一個', en: 'This password was used before; please choose another' },
  'too-soon': { 'zh-Hant': '密碼剛變更過，請稍後再試', en: 'The password was changed only just now; please try later' },
  'wrong-code': { 'zh-Hant': '驗證碼不正確', en: 'The code is wrong' },
  'not-your-unit': { 'zh-Hant': '不是您可以管理的單位', en: 'Not a unit you manage' },
  'own-subtree': { 'zh-Hant': '不能移到自己的下層', en: 'A unit cannot move below itself' },
  'code-taken': { 'zh-Hant': '代碼已有單位使用', en: 'Another unit has this code' },
  ...ID_FAULT_TEXTS,
  'sex-mismatch': { 'zh-Hant': '與字號不符合', en: 'Does not match the identity number' },
  'lost-characters': {
    'zh-Hant': '這個字在檔案裡已經遺失，請直接輸入正確的字',
    en: 'A character was lost in the file; please type the right one',
  },
  'date-calendar': { 'zh-Hant': '請先確認日期是民國年還是西元年', en: 'Please say first whether the dates are ROC or western years' },
  'not-this-person': { 'zh-Hant': '與這個編號在名冊上的人不符', en: 'Not the person that this number (編號) belongs to' },
  ...FILE_TEXTS,
};

export function fieldWords(fault: FieldFault, locale: Locale): string {
  return FIELD_TEXTS[fault][locale];
}
