import type { ErrorCode } from './errors.js';
import type { Locale } from './locales.js';

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
    en: words(
      '✘ Not saved: registration failed',
      'The data do not agree with what is on file. Please check with the person, then ask the level above.',
    ),
  },
  'intern-not-allowed': {
    'zh-Hant': words('✘ 未儲存，實習教師請勿由此登錄', '實習教師由師培學校管理，在此登錄會使本人無法申請帳號。'),
    en: words(
      '✘ Not saved: student teachers are not entered here',
      'The university that trains them keeps them; entered here, they could not apply for an account.',
    ),
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

export function errorWords(code: ErrorCode, locale: Locale): Words {
  return ERROR_TEXTS[code][locale];
}
