/** Letters to officers, each in every locale that letters are written in, one below the other. */
import { taipeiDay, taipeiTime, type IsoDay } from '../../domain/dates.js';
import type { AccountAction } from '../../domain/authority.js';
import { IDLE_HEAD_DAYS, OLD_APPLICATION_DAYS, type HandoverState } from '../../domain/handover.js';
import { isLetterDecision, type LetterText, type LetterTexts } from '../../domain/server-texts/server-texts.js';
import type { ServerLocales } from '../../domain/server-texts/server-locales.js';
import type { AccountRecord } from '../../store/records.js';
import type { Letter } from './outbox.js';

export interface WaitingCounts {
  withoutHead: number;
  idleHeads: number;
  oldApplications: number;
  transfers: number;
}

/** A letter may arrive late, so it names the instant and not the remaining time. */
const moment = (instant: string): string => `${taipeiDay(instant)} ${taipeiTime(instant)}`;

export class Letters {
  constructor(
    private readonly locales: ServerLocales['letters'],
    /** The address of the kit's pages; null if there are none. */
    private readonly site: string | null,
  ) {}

  /** Null for a decision that sends no letter. */
  decision(
    action: AccountAction,
    account: Pick<AccountRecord, 'email' | 'role' | 'status'>,
    unitName: string,
    reason: string | null,
  ): Letter | null {
    if (!isLetterDecision(action)) return null;
    const { email, role, status } = account;
    const roles = status === 'active' && role !== null ? this.#joined(({ roles: names }) => names[role]) : null;
    return this.#letter(email, ({ decisions }) => decisions[action], [
      this.#detail('unit', unitName),
      ...(roles === null ? [] : [this.#detail('role', roles)]),
      ...(reason === null ? [] : [this.#detail('reason', reason)]),
      ...this.#siteBelow(),
    ]);
  }

  reset(to: string, link: string, expiresAt: string): Letter {
    return this.#letter(to, ({ reset }) => reset(moment(expiresAt)), [link]);
  }

  confirmation(to: string, link: string, expiresAt: string): Letter {
    return this.#letter(to, ({ confirmation }) => confirmation(moment(expiresAt)), [link]);
  }

  /** Sent to the address that was replaced. */
  addressChanged(to: string, unitName: string): Letter {
    return this.#letter(to, ({ addressChanged }) => addressChanged(unitName), []);
  }

  /** Sent to the owner after a password was set by a link. */
  passwordChanged(to: string): Letter {
    return this.#letter(to, ({ passwordChanged }) => passwordChanged, []);
  }

  /** Sent to the owner of an account that an outside identity was linked to. */
  identityLinked(to: string, issuer: string): Letter {
    return this.#letter(to, ({ identityLinked }) => identityLinked(issuer), this.#siteBelow());
  }

  /** Sent to everybody concerned, at each step of a hand-over. */
  handover(to: string, step: HandoverState, unitName: string): Letter {
    const letter = this.#letter(to, ({ handoverSubject, handovers }) => ({ subject: handoverSubject, body: handovers[step] }), [
      this.#detail('unit', unitName),
      ...this.#siteBelow(),
    ]);
    return { ...letter, subject: `${letter.subject} · ${unitName}` };
  }

  /** Sent to the officers of the topmost unit when the successor of its head has consented. */
  topmostHandover(to: string, unitName: string, on: IsoDay): Letter {
    return this.#letter(to, ({ topmostHandover }) => topmostHandover(unitName, on), this.#siteBelow());
  }

  /** Sent to the heads of a unit that was moved and of its old and new parent. */
  unitMoved(to: string, unitName: string, oldParent: string, newParent: string): Letter {
    return this.#letter(to, ({ unitMoved }) => unitMoved(unitName, oldParent, newParent), this.#siteBelow());
  }

  /** Sent weekly to a head with open tasks. */
  reminder(to: string, counts: WaitingCounts, unitName: string): Letter {
    const items: [number, (texts: LetterTexts['reminders']) => string][] = [
      [counts.withoutHead, ({ withoutHead }) => withoutHead],
      [counts.idleHeads, ({ idleHeads }) => idleHeads(IDLE_HEAD_DAYS)],
      [counts.oldApplications, ({ oldApplications }) => oldApplications(OLD_APPLICATION_DAYS)],
      [counts.transfers, ({ transfers }) => transfers],
    ];
    const waiting = items.filter(([count]) => count > 0);
    return this.#letter(to, ({ reminder }) => reminder(unitName), [
      ...waiting.map(([count, textOf]) => `- ${this.#joined(({ reminders }) => textOf(reminders))}: ${count}`),
      ...this.#siteBelow(),
    ]);
  }

  #joined(textOf: (texts: LetterTexts) => string): string {
    return this.locales.map(({ texts }) => textOf(texts)).join(' ');
  }

  #detail(label: keyof LetterTexts['labels'], value: string): string {
    return `${this.#joined(({ labels }) => labels[label])}: ${value}`;
  }

  #siteBelow(): string[] {
    return this.site === null ? [] : ['', this.site];
  }

  #letter(to: string, textOf: (texts: LetterTexts) => LetterText, below: readonly string[]): Letter {
    const all = this.locales.map(({ texts }) => textOf(texts));
    const blocks = [all.map(({ body }) => body).join('\n\n'), below.join('\n'), this.locales.map(({ texts }) => texts.footer).join('\n')];
    return {
      to,
      subject: all.map(({ subject }) => subject).join(' '),
      text: `${blocks.filter((block) => block !== '').join('\n\n')}\n`,
    };
  }
}
