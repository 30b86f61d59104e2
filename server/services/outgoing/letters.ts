/** Letters of the kit, in both languages: decisions on accounts, and one-time links. */
import type { AccountAction, Role } from '../../domain/authority.js';
import { taipeiDay, taipeiTime } from '../../domain/dates.js';
import { IDLE_HEAD_DAYS, OLD_APPLICATION_DAYS } from '../../domain/handover.js';
import type { Letter } from '../core/outbox.js';

const ROLES: Record<Role, string> = { head: '總負責人 head', contact: '連絡人 contact', operator: '作業人員 operator' };

const DECISIONS: Partial<Record<AccountAction, { zh: string; en: string }>> = {
  'account.activate': { zh: '您的業務帳號已啟用', en: 'Your business account was enabled' },
  'account.switch-role': { zh: '您的業務帳號身份已變更', en: 'The role of your business account was changed' },
  'account.reject': { zh: '您的業務帳號申請未通過', en: 'Your application for a business account was rejected' },
  'account.delete': { zh: '您的業務帳號已刪除', en: 'Your business account was deleted' },
  'account.restore': { zh: '您的業務帳號恢復為待審核', en: 'Your business account waits for a decision again' },
};

interface Decided {
  email: string;
  role: Role | null;
  status: string;
}

const lines = (...all: (string | null | false)[]): string => `${all.filter((line) => typeof line === 'string').join('\n')}\n`;
const footer = '此信由系統寄出，請勿回覆。\nThis message was sent by a system; please do not reply.';

/** A letter may arrive late, so it names the instant and not the remaining time. */
const moment = (instant: string): string => `${taipeiDay(instant)} ${taipeiTime(instant)}`;

/** Null for actions that send no letter. */
export function decisionLetter(
  action: AccountAction,
  { email, role, status }: Decided,
  { reason, unitName, site }: { reason: string | null; unitName: string; site: string | null },
): Letter | null {
  const words = DECISIONS[action];
  if (!words) return null;
  return {
    to: email,
    subject: `${words.zh} ${words.en}`,
    text: lines(
      `${words.zh}。`,
      `${words.en}.`,
      '',
      `單位 Unit: ${unitName}`,
      status === 'active' && role !== null && `身份 Role: ${ROLES[role]}`,
      reason !== null && `理由 Reason: ${reason}`,
      site !== null && '',
      site !== null && site,
      '',
      footer,
    ),
  };
}

export function resetLetter(to: string, link: string, expiresAt: string): Letter {
  const until = moment(expiresAt);
  return {
    to,
    subject: '重設密碼 Set a new password',
    text: lines(
      `有人（應為您本人）要求重設業務帳號的密碼。請於台北時間 ${until} 前開啟下列連結設定新密碼；連結僅能使用一次。`,
      '若不是您，請忽略此信，密碼不會改變。',
      '',
      `Somebody, probably you, asked for a new password of your business account. The link works once, until ${until} Taipei time.`,
      'If it was not you, ignore this message; nothing changes.',
      '',
      link,
      '',
      footer,
    ),
  };
}

export function confirmationLetter(to: string, link: string, expiresAt: string): Letter {
  const until = moment(expiresAt);
  return {
    to,
    subject: '請確認電子郵件 Please confirm your mail address',
    text: lines(
      `這個信箱已登記於一個業務帳號。請於台北時間 ${until} 前開啟下列連結確認；確認之前，系統不會寄送重設密碼的連結到此信箱。`,
      `This address was entered for a business account. Please confirm it before ${until} Taipei time. Until you do, no link for a new password is sent here.`,
      '',
      link,
      '',
      footer,
    ),
  };
}

/** Sent to the old address. */
export function movedLetter(to: string, unitName: string): Letter {
  return {
    to,
    subject: '您的業務帳號信箱已變更 The mail address of your business account was changed',
    text: lines(
      `您在「${unitName}」的業務帳號，其信箱已由此信箱改為其他信箱。若不是您同意的，請立即聯絡單位總負責人或上一階層。`,
      `The mail address of your business account at ${unitName} is no longer this one. If you did not agree to it, tell your head or the level above at once.`,
      '',
      footer,
    ),
  };
}

/** Sent to the owner after a password was set by a link. */
export function passwordLetter(to: string): Letter {
  return {
    to,
    subject: '您的密碼已變更 Your password was changed',
    text: lines(
      '您的業務帳號密碼剛才已變更，所有登入中的裝置均已登出。若不是您，請立即聯絡單位總負責人。',
      'The password of your business account was changed just now, and you were signed out everywhere. If it was not you, tell your head at once.',
      '',
      footer,
    ),
  };
}

const HANDOVER_STEPS = {
  begun: {
    zh: '總負責人移交已開始，請接任者登入系統確認；確認後由上一層核准。',
    en: 'A hand-over of the head has begun. The successor signs in and agrees; then the level above approves.',
  },
  consented: { zh: '接任者已同意，等待上一層核准。', en: 'The successor has agreed; the level above is to approve.' },
  approved: { zh: '上一層已核准，將於生效日移交。', en: 'The level above has approved; it takes effect on its day.' },
  done: { zh: '總負責人已完成移交。', en: 'The office of head has been handed over.' },
  refused: { zh: '總負責人移交沒有成立，理由請登入系統查看。', en: 'The hand-over was refused; sign in to read why.' },
} as const;

interface Where {
  unitName: string;
  site: string | null;
}

/** Sent to everybody concerned, at each step of a hand-over. */
export function handoverLetter(to: string, step: keyof typeof HANDOVER_STEPS, { unitName, site }: Where): Letter {
  const { zh, en } = HANDOVER_STEPS[step];
  return {
    to,
    subject: `總負責人移交 Hand-over of the head · ${unitName}`,
    text: lines(zh, en, '', `單位 Unit: ${unitName}`, site !== null && site, '', footer),
  };
}

/** Sent weekly to a head with open tasks. */
export function reminderLetter(
  to: string,
  counts: { withoutHead: number; idleHeads: number; oldApplications: number; transfers: number },
  { unitName, site }: Where,
): Letter {
  const item = (count: number, zh: string, en: string): string | false => count > 0 && `- ${zh} ${en}: ${count}`;
  return {
    to,
    subject: '待辦提醒 What waits for you',
    text: lines(
      `${unitName} 有下列事項等待處理：`,
      `This waits for you at ${unitName}:`,
      '',
      item(counts.withoutHead, '沒有總負責人的下層單位', 'Units below without a head'),
      item(counts.idleHeads, `超過 ${IDLE_HEAD_DAYS} 天未登入的總負責人`, `Heads who have not signed in for ${IDLE_HEAD_DAYS} days`),
      item(
        counts.oldApplications,
        `等待超過 ${OLD_APPLICATION_DAYS} 天的帳號申請`,
        `Applications that have waited for more than ${OLD_APPLICATION_DAYS} days`,
      ),
      item(counts.transfers, '等待回覆的轉校申請', 'Proposed transfers to answer'),
      '',
      site !== null && site,
      '',
      footer,
    ),
  };
}
