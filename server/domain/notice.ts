/** 個資法 §8, §9: what people are told before they give their data. A portal passes its own. */
import type { Locale } from './locales.js';

export interface Notice {
  /** Changes with the text; it is stored with the moment at which somebody was shown it. */
  version: string;
  /** Collector, purpose, categories, period and use, rights, consequence of refusal. */
  text: Record<Locale, string>;
}

export const DEFAULT_NOTICE: Notice = {
  version: '2026-11',
  text: {
    'zh-Hant':
      '個人資料蒐集告知：本系統由所屬教育主管機關及學校蒐集您的姓名、性別、身分證字號、出生年月日、職稱、任教科目與聯絡方式，' +
      '用於教師在職進修之帳號管理與研習紀錄（教育或訓練行政）。資料於任職期間及法定保存年限內，在我國境內由主管機關與所屬學校使用。' +
      '您可依個人資料保護法第 3 條請求查詢、閱覽、複製、補充、更正、停止利用或刪除。若不提供，將無法建立帳號或登錄研習紀錄。',
    en:
      'Personal data notice: the education authority and the school collect your name, sex, national id, birth date, title, subjects and ' +
      'contact data to manage accounts and records of in-service training. They are used in Taiwan by the authority and its schools while ' +
      'you serve and for as long as the law has them kept. Under article 3 of the Personal Data Protection Act you may ask to see, copy, ' +
      'complete, correct, stop the use of, or delete them. Without them no account or training record can be made.',
  },
};
