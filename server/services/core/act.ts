/** One call by one caller: who, when, from where; what it leaves in the trail, and the answer kept for its repetition. */
import type { Function } from '../../domain/authority.js';
import { taipeiDay, type IsoDay } from '../../domain/dates.js';
import { DomainError, type ErrorCode } from '../../domain/errors.js';
import type { Locale } from '../../domain/locales.js';
import type { TrailAction, TrailOutcome } from '../../domain/trail.js';
import { relationOf, type Relation } from '../../domain/units.js';
import type {
  AccountRecord,
  AnswerRecord,
  IntegrationRecord,
  MailLinkRecord,
  SessionRecord,
  TrailDraft,
  UnitRecord,
} from '../../store/records.js';
import type { Change, Guard } from '../../store/store.js';
import { newId } from './ids.js';
import type { Kit } from './kit.js';
import type { Letter } from '../outgoing/letters.js';
import { placeOfSealed } from './sealed.js';

export interface Caller {
  account: AccountRecord;
  unit: UnitRecord;
  functions: readonly Function[];
  /** Null where the portal says who is calling. */
  session: SessionRecord | null;
}

/** Somebody in office, with the functions of the role that is held now. */
export function callerOf({ policy }: Pick<Kit, 'policy'>, account: AccountRecord, unit: UnitRecord, session: SessionRecord | null): Caller {
  return { account, unit, session, functions: account.role ? policy[account.role] : [] };
}

export interface OutsideIdentity {
  issuer: string;
  subject: string;
}

/** Who is calling. All three null: somebody who has not signed in. */
export interface Who {
  caller: Caller | null;
  outside: OutsideIdentity | null;
  /** Their session, where it is one of the kit's own. */
  session: SessionRecord | null;
  /** Another system, with the rights of the token's maker (`caller`) and of its scope. */
  integration: IntegrationRecord | null;
}

export const NOBODY: Who = { caller: null, outside: null, session: null, integration: null };

export interface RequestFacts {
  requestId: string;
  /** Network address. */
  from: string | null;
  /** The caller's language, for sentences in an answer. */
  locale: Locale;
  ifMatch: string | null;
  /** Key and fingerprint of a write that may come twice. */
  repeat: { key: string; fingerprint: string } | null;
}

export type ReplyKind = 'ok' | 'created' | 'accepted' | 'no-content';

/** What a write answers. */
export interface Reply<T = unknown> {
  as: ReplyKind;
  body: T;
}

/** The same request was answered before; this was the answer. */
export class AnsweredBefore extends Error {
  constructor(readonly answer: AnswerRecord) {
    super('answered before');
  }
}

/** Where a kept answer is sealed; it may hold what only its caller may read. */
export const answerPlace = (key: string): string => placeOfSealed('answers.body', key);

/** The version of the thing that an answer is about: itself, or the account in it. */
export function versionOf(body: unknown): number | null {
  const { version, account } = (body ?? {}) as { version?: unknown; account?: { version?: unknown } | null };
  const found = version ?? account?.version;
  return typeof found === 'number' ? found : null;
}

/** Fields of a request, checked when they are read: the contract puts 404, 403 and 412 before 422. */
export type Fields<T> = () => T;

export const STATUS_OF_REPLY: Record<ReplyKind, 200 | 201 | 202 | 204> = { ok: 200, created: 201, accepted: 202, 'no-content': 204 };

type Target = TrailDraft['target'];

/** Letters of a change, and the one-time links in them. */
export interface Mailing {
  letters?: Letter[];
  links?: MailLinkRecord[];
}

export interface EntryOptions {
  unitId?: string;
  reason?: string | null;
  before?: Record<string, unknown> | null;
  after?: Record<string, unknown> | null;
  outcome?: TrailOutcome;
}

export class Act {
  readonly now: Date;
  readonly at: string;
  readonly today: IsoDay;
  #actor: TrailDraft['actor'] = null;

  constructor(
    readonly kit: Kit,
    readonly request: RequestFacts,
    private readonly who: Who,
  ) {
    this.now = kit.now();
    this.at = this.now.toISOString();
    this.today = taipeiDay(this.now);
  }

  get locale(): Locale {
    return this.request.locale;
  }

  get store() {
    return this.kit.store;
  }

  newId(): string {
    return newId();
  }

  get maybeCaller(): Caller | null {
    return this.who.caller;
  }

  get session(): SessionRecord | null {
    return this.who.session;
  }

  get outside(): OutsideIdentity | null {
    return this.who.outside;
  }

  get integration(): IntegrationRecord {
    if (!this.who.integration) throw new DomainError('unauthenticated');
    return this.who.integration;
  }

  get caller(): Caller {
    if (!this.who.caller) throw new DomainError('unauthenticated');
    return this.who.caller;
  }

  get by(): { id: string; name: string } {
    const { id, name } = this.caller.account;
    return { id, name };
  }

  /** As the trail names the caller: one for all the lines of an act, for a list's have thousands. */
  get actor(): TrailDraft['actor'] {
    const who = this.who.caller;
    this.#actor ??= who && { id: who.account.id, name: who.account.name, role: who.account.role, unitId: who.unit.id };
    return this.#actor;
  }

  may(needed: Function): boolean {
    return this.caller.functions.includes(needed);
  }

  /** What the caller's unit is to another. */
  relationTo(unit: UnitRecord): Relation {
    return relationOf(this.caller.unit.path, unit.path);
  }

  later(seconds: number): string {
    return new Date(this.now.getTime() + seconds * 1000).toISOString();
  }

  /**
   * Before fields and state are looked at: was this request answered before, and is the thing still at the version read?
   * @throws AnsweredBefore, DomainError `idempotency-key-reused`, `precondition-required`, `precondition-failed`
   */
  async proceed(thing?: { version: number }, current?: () => unknown): Promise<void> {
    const { repeat, ifMatch } = this.request;
    if (repeat) {
      const answer = await this.store.answer(this.callerKey, repeat.key);
      if (answer && answer.fingerprint !== repeat.fingerprint) throw new DomainError('idempotency-key-reused');
      if (answer) throw new AnsweredBefore(answer);
    }
    if (!thing) return;
    if (ifMatch === null) throw new DomainError('precondition-required');
    // Proxies add W/; the comparison is by the version alone.
    const versions = ifMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    if (!versions.includes(`"${thing.version}"`)) throw new DomainError('precondition-failed', { current: await current?.() });
  }

  /** Who a kept answer belongs to. */
  get callerKey(): string {
    const { caller, integration } = this.who;
    if (integration) return `integration:${integration.id}`;
    if (caller) return `account:${caller.account.id}`;
    return this.outside ? `identity:${this.outside.issuer}:${this.outside.subject}` : `address:${this.request.from ?? ''}`;
  }

  /** A line of the trail. It belongs to the unit of its target, without one to the caller's. */
  entry(action: TrailAction, target: Target, options: EntryOptions = {}): TrailDraft {
    return {
      id: newId(),
      unitId: options.unitId ?? this.who.caller?.unit.id ?? '',
      at: this.at,
      actor: this.actor,
      action,
      // An id that was sent may hold anything; what the database would change cannot be signed.
      target: { ...target, id: target.id.slice(0, 64).replace(/[^\w.:-]/gu, '?') },
      outcome: options.outcome ?? 'done',
      reason: options.reason ?? null,
      before: options.before ?? null,
      after: options.after ?? null,
      from: this.request.from,
      requestId: this.request.requestId,
    };
  }

  /** What must still hold when the change is written: the caller in office, and the units whose relation was used in their place. */
  guards(...units: UnitRecord[]): Guard[] {
    const { account, unit } = this.caller;
    const used = new Map([unit, ...units].map((each) => [each.id, each]));
    return [
      { kind: 'actor', accountId: account.id, unitId: unit.id, role: account.role },
      ...[...used.values()].map(({ id, path }): Guard => ({ kind: 'place', unitId: id, path })),
    ];
  }

  /** A change with its guards, its lines, the answer to keep, and what it tells the outside. */
  change(guards: Guard[], trail: TrailDraft[], reply?: Reply, { letters, links = [] }: Mailing = {}): Change {
    return { guards, trail, links, ...this.posted(trail, reply, letters) };
  }

  /** What a change tells the outside, and the answer to keep: known once all its lines are. */
  posted(trail: readonly TrailDraft[], reply?: Reply, letters: readonly Letter[] = []): Pick<Change, 'outbox' | 'answer'> {
    const outbox = this.kit.outbox.post(trail, letters, this.at);
    return { outbox, answer: reply && this.kept(STATUS_OF_REPLY[reply.as], reply.body) };
  }

  /** The answer as it is kept for a repetition; undefined where the request has no key. */
  kept(status: number, body: unknown): AnswerRecord | undefined {
    const { repeat } = this.request;
    if (!repeat) return undefined;
    const version = versionOf(body);
    return {
      caller: this.callerKey,
      key: repeat.key,
      fingerprint: repeat.fingerprint,
      status,
      etag: version === null ? null : `"${version}"`,
      location: null,
      body: body === undefined ? '' : this.kit.cipher.seal(JSON.stringify(body), answerPlace(repeat.key)),
      at: this.at,
    };
  }

  /** Notes a denied call in the caller's own chain and says how it is answered. */
  async denied(action: TrailAction, target: Target, code: ErrorCode = 'forbidden'): Promise<DomainError> {
    if (this.who.caller) {
      await this.store.record({ guards: [], trail: [this.entry(action, target, { outcome: 'denied', after: { code } })] });
    }
    return new DomainError(code);
  }

  /**
   * Counts an event against a limit in the database, before it is answered: calls sent together are counted one by one.
   * @throws DomainError `rate-limited` with the seconds to wait
   */
  async limited(key: string, most: number, seconds: number): Promise<void> {
    const { count, until } = await this.store.countFailure(key, this.at, this.later(seconds));
    if (count <= most) return;
    throw new DomainError('rate-limited', { retryAfter: Math.max(1, Math.ceil((Date.parse(until) - this.now.getTime()) / 1000)) });
  }
}

/** A page as the contract has it. */
export function pageOf<T>(items: T[], total: number, { page, pageSize }: { page: number; pageSize: number }) {
  return { items, page, pageSize, pageCount: Math.max(1, Math.ceil(total / pageSize)), total };
}

/** What changed, masked or plain as the caller prepared it: only fields that differ. */
export function changed(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const fields = Object.keys(after).filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
  const pick = (record: Record<string, unknown>) => Object.fromEntries(fields.map((field) => [field, record[field] ?? null]));
  return { before: pick(before), after: pick(after) };
}
