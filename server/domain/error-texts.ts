import type { ErrorCode, FieldFault } from './errors.js';

/** The languages of the kit's own words; zh-Hant is the default. */
export type Locale = 'zh-Hant' | 'en';

interface Words {
  title: string;
  detail: string;
}

type Texts = Record<ErrorCode, Record<Locale, Words>>;

const words = (title: string, detail: string): Words => ({ title, detail });

/** Titles in zh-Hant of the three refusals are the manual's, word for word: clerks quote them on the phone. */
export const ERROR_TEXTS: Texts = {
  malformed: {
    'zh-Hant': words('請求格式錯誤', '內容不是有效的 JSON，未儲存任何資料。'),
    en: words('Malformed request', 'The body is not valid JSON. Nothing was saved.'),
  },
  unauthenticated: {
    'zh-Hant': words('請先登入', '尚未登入、登入已逾時，或帳號密碼不正確。'),
    en: words('Please sign in', 'You are not signed in, the session is over, or the user name or password is wrong.'),
  },
  forbidden: {
    'zh-Hant': words('沒有權限', '您的身分不能執行這項工作。'),
    en: words('Not permitted', 'Your role does not include this act.'),
  },
  'origin-not-allowed': {
    'zh-Hant': words('來源網站未獲允許', '這個網站不在允許名單，請聯絡系統管理者。'),
    en: words('Origin not allowed', 'This site is not on the list of allowed origins. Please ask its administrator.'),
  },
  'no-account': {
    'zh-Hant': words('尚無業務帳號', '您已登入，但還沒有業務帳號，請先申請。'),
    en: words('No business account', 'You are signed in but have no business account yet. Please apply for one.'),
  },
  'not-found': {
    'zh-Hant': words('找不到資料', '資料不存在，或您不能查閱。'),
    en: words('Not found', 'It does not exist, or you may not see it.'),
  },
  'method-not-allowed': {
    'zh-Hant': words('不支援的方法', '這個位址不接受這種請求。'),
    en: words('Method not allowed', 'This address does not take this method.'),
  },
  'wrong-state': {
    'zh-Hant': words('目前狀態不能這樣做', '資料可能剛被他人處理，請重新讀取後再試。'),
    en: words('Not in this state', 'Someone may just have dealt with it. Please reload and try again.'),
  },
  'head-exists': {
    'zh-Hant': words('此單位已有總負責人', '如要更換，請選擇「取代現任總負責人」；現任者將改為連絡人。'),
    en: words('The unit has a head already', 'To change it, choose to replace the current head, who then becomes a contact.'),
  },
  'identity-conflict': {
    'zh-Hant': words('✘ 未儲存，資料登錄失敗', '與既有資料的姓名和生日都不同，請與本人核對。'),
    en: words('✘ Not saved: registration failed', 'Both name and birth date differ from what is on file. Please check with the person.'),
  },
  'in-progress': {
    'zh-Hant': words('處理中', '同一個請求正在處理，請稍候。'),
    en: words('In progress', 'The same request is still being worked on.'),
  },
  'nothing-to-undo': {
    'zh-Hant': words('沒有可以復原的資料', '可能已經復原，或已由其他學校接收。'),
    en: words('Nothing to undo', 'It was undone already, or another school has taken the person in.'),
  },
  gone: {
    'zh-Hant': words('已失效', '這筆資料已超過保留期限。'),
    en: words('Gone', 'Its time is over.'),
  },
  'precondition-failed': {
    'zh-Hant': words('資料已被他人修改', '您讀取之後有人改過這筆資料，請比較後再儲存。'),
    en: words('Changed by someone else', 'It was changed after you read it. Please compare and save again.'),
  },
  'too-large': {
    'zh-Hant': words('內容太大', '內容超過上限，未儲存任何資料。'),
    en: words('Too large', 'The body is over the limit. Nothing was saved.'),
  },
  'unsupported-media-type': {
    'zh-Hant': words('不支援的內容類型', '請以 application/json 傳送。'),
    en: words('Unsupported content type', 'Please send application/json.'),
  },
  validation: {
    'zh-Hant': words('欄位有誤', '請修正標示的欄位，其他內容都保留著。'),
    en: words('Some fields are wrong', 'Please mend the fields marked; everything else is kept.'),
  },
  'national-id-invalid': {
    'zh-Hant': words('✘ 未儲存，身分證字號不正確', '請看證件再輸入一次。'),
    en: words('✘ Not saved: the identity number is not valid', 'Please look at the document and type it again.'),
  },
  'sex-mismatch': {
    'zh-Hant': words('✘ 未儲存，性別與身分證字號不符合', '請確認性別與字號。'),
    en: words('✘ Not saved: sex and identity number do not match', 'Please check both.'),
  },
  'registration-failed': {
    'zh-Hant': words('✘ 未儲存，資料登錄失敗', '資料與檔案不符，請與本人核對；仍有疑問請洽上一層單位。'),
    en: words('✘ Not saved: registration failed', 'The data do not agree with what is on file. Please check with the person, then ask the level above.'),
  },
  'intern-not-allowed': {
    'zh-Hant': words('✘ 未儲存，實習教師請勿由此登錄', '實習教師由師培學校管理，在此登錄會使本人無法申請帳號。'),
    en: words('✘ Not saved: student teachers are not entered here', 'The university that trains them keeps them; entered here, they could not apply for an account.'),
  },
  'username-taken': {
    'zh-Hant': words('使用者帳號已有人使用', '請換一個使用者帳號。'),
    en: words('User name taken', 'Please choose another user name.'),
  },
  'idempotency-key-reused': {
    'zh-Hant': words('重複的請求識別碼', '同一個識別碼曾用於不同的內容。'),
    en: words('Idempotency key reused', 'The same key came with another request before.'),
  },
  'precondition-required': {
    'zh-Hant': words('缺少版本', '請帶 If-Match，以免蓋過他人的修改。'),
    en: words('Version missing', 'Please send If-Match, so that nobody’s change is overwritten.'),
  },
  'rate-limited': {
    'zh-Hant': words('次數過多', '請稍候再試。'),
    en: words('Too many requests', 'Please wait and try again.'),
  },
  internal: {
    'zh-Hant': words('系統忙碌', '系統發生錯誤，未儲存；請再試一次，並提供代碼給管理者。'),
    en: words('Something went wrong', 'Nothing was saved. Please try again and give the code to your administrator.'),
  },
  unavailable: {
    'zh-Hant': words('暫時無法服務', '資料庫暫時無法使用，請稍候再試。'),
    en: words('Unavailable', 'The database cannot be used at the moment. Please try again shortly.'),
  },
};

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
  'not-your-unit': { 'zh-Hant': '不是您可以管理的單位', en: 'Not a unit you manage' },
  'own-subtree': { 'zh-Hant': '不能移到自己的下層', en: 'A unit cannot move below itself' },
  'code-taken': { 'zh-Hant': '代碼已有單位使用', en: 'Another unit has this code' },
  'national-id-length': { 'zh-Hant': '應為 10 碼', en: 'Ten characters are needed' },
  'national-id-letter': { 'zh-Hant': '第 1 碼應為英文字母', en: 'The first character must be a letter' },
  'national-id-second': { 'zh-Hant': '第 2 碼應為 1、2、8、9（舊式證號為 A 到 D）', en: 'The second character must be 1, 2, 8 or 9 (A to D in an old number)' },
  'national-id-digits': { 'zh-Hant': '第 3 碼以後應為數字', en: 'From the third character on only digits' },
  'national-id-check': { 'zh-Hant': '檢查碼不符，可能打錯一碼或兩碼對調，請看證件', en: 'The check digit does not fit: one digit may be wrong or two swapped; please look at the document' },
  'national-id-permit-number': { 'zh-Hant': '這像是居留證號；請改填卡片上的「統一證號」（10 碼）', en: 'This looks like a permit number; please use the ten-character UI number (統一證號) on the card' },
  'sex-mismatch': { 'zh-Hant': '與字號不符合', en: 'Does not match the identity number' },
};

export function errorWords(code: ErrorCode, locale: Locale): Words {
  return ERROR_TEXTS[code][locale];
}

export function fieldWords(fault: FieldFault, locale: Locale): string {
  return FIELD_TEXTS[fault][locale];
}

/** The best of our languages for an `Accept-Language` header or a `lang` attribute (RFC 9110 12.5.4). */
export function pickLocale(accepted: string | null | undefined): Locale {
  const wishes = (accepted ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const q = parameters.map((p) => /^\s*q=([\d.]+)$/.exec(p)?.[1]).find(Boolean);
      return { tag, q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ tag, q }) => tag !== '' && q > 0)
    .sort((a, b) => b.q - a.q);
  for (const { tag } of wishes) {
    if (tag.startsWith('zh') || tag === '*') return 'zh-Hant';
    if (tag.startsWith('en')) return 'en';
  }
  return 'zh-Hant';
}
