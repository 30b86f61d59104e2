/** All texts of the server, as one table for each locale. */
import type { Role } from '../authority-matrix.js';
import type { CodeLists } from '../codes.js';
import type { ErrorCode, FieldFault } from '../errors.js';
import type { HandoverState } from '../handover.js';

export interface ErrorText {
  title: string;
  detail: string;
}

export interface LetterText {
  subject: string;
  /** Plain text; may have line breaks. */
  body: string;
}

/** Decisions on an account that send a letter to its owner. */
const LETTER_DECISIONS = ['account.activate', 'account.switch-role', 'account.reject', 'account.delete', 'account.restore'] as const;
export type LetterDecision = (typeof LETTER_DECISIONS)[number];

export function isLetterDecision(action: string): action is LetterDecision {
  return (LETTER_DECISIONS as readonly string[]).includes(action);
}

/**
 * The letters in one locale. A letter holds the same in every locale of the installation, one below the other, because
 * the locale of the receiver is not known. `until` is a moment in Taipei, `2026-01-15 09:30`.
 */
export interface LetterTexts {
  /** At the end of every letter. */
  footer: string;
  /** Labels of the details below the text. */
  labels: { unit: string; role: string; reason: string };
  roles: Record<Role, string>;
  decisions: Record<LetterDecision, LetterText>;
  /** With the link to set a new password. */
  reset: (until: string) => LetterText;
  /** With the link to confirm a mail address. */
  confirmation: (until: string) => LetterText;
  /** Sent to the address that was replaced. */
  addressChanged: (unitName: string) => LetterText;
  passwordChanged: LetterText;
  /** The issuer is the address of the system that signs the person in. */
  identityLinked: (issuer: string) => LetterText;
  handoverSubject: string;
  handovers: Record<HandoverState, string>;
  /** To the officers of the topmost unit: the day is an ISO day. */
  topmostHandover: (unitName: string, on: string) => LetterText;
  /** To the heads of a moved unit and of its old and new parent. */
  unitMoved: (unitName: string, oldParent: string, newParent: string) => LetterText;
  /** The weekly reminder to a head; its body is followed by those of `reminders` that apply, each with its number. */
  reminder: (unitName: string) => LetterText;
  reminders: {
    withoutHead: string;
    idleHeads: (days: number) => string;
    oldApplications: (days: number) => string;
    transfers: string;
  };
}

/** Names by code; a name in the code list itself comes first. */
export type CodeNames = Partial<Record<keyof CodeLists, Readonly<Record<string, string>>>>;

export interface ServerTexts {
  /** `title` and `detail` of a problem (RFC 9457). */
  errors: Record<ErrorCode, ErrorText>;
  /** The texts of field faults. */
  fields: Record<FieldFault, string>;
  imports: {
    /** The fault of a row whose person is also in other rows (numbered from 1). */
    alsoInRows: (fault: string, rows: readonly number[]) => string;
    /** The faults of a row as one cell; `heading` is null for a fault of the whole row. */
    faultsOfRow: (faults: readonly { heading: string | null; fault: string }[]) => string;
  };
  letters: LetterTexts;
  /** The kit's own notice (個資法 §8); not used where a portal passes a notice of its own. */
  notice: string;
  codes?: CodeNames;
}

/** Any subset of the texts. */
export type PartialServerTexts = {
  [Group in keyof ServerTexts]?: ServerTexts[Group] extends string ? string : Partial<ServerTexts[Group]>;
};
