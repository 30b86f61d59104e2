/** One call of a use case: the kit, who is calling, when, and from where. */
import type { Function } from '../../domain/authority.js';
import { taipeiDay, type IsoDay } from '../../domain/dates.js';
import type { Locale } from '../../domain/locales.js';
import { networkOf } from '../../domain/networks.js';
import type { ServerTexts } from '../../domain/server-texts/server-texts.js';
import { relationOf, type Relation } from '../../domain/units.js';
import type { IntegrationRecord, SessionRecord, TrailActor, UnitRecord } from '../../store/records.js';
import type { Store } from '../../store/store.js';
import { signedIn, type Caller, type OutsideIdentity, type Who } from './caller.js';
import { NO_EXCHANGE, type Exchange } from './exchange.js';
import { newId } from './ids.js';
import type { Kit } from './kit.js';

export interface RequestFacts {
  requestId: string;
  /** Network address. */
  from: string | null;
  /** For texts in the response. */
  locale: Locale;
}

/** Characters of base64url: 2^18 networks are told apart, so that strangers with many addresses cannot fill the table of attempts. */
const NETWORK_KEY_LENGTH = 3;

/** Fields of a request, validated when they are read: the contract puts 404, 403 and 412 before 422. */
export type Fields<T> = () => T;

export class Act {
  readonly now: Date;
  readonly at: string;
  readonly today: IsoDay;
  #actor: TrailActor | null = null;

  constructor(
    readonly kit: Kit,
    readonly request: RequestFacts,
    readonly who: Who,
    readonly exchange: Exchange = NO_EXCHANGE,
  ) {
    this.now = kit.now();
    this.at = this.now.toISOString();
    this.today = taipeiDay(this.now);
  }

  get store(): Store {
    return this.kit.store;
  }

  /** Where the call comes from, in the keys of rate limits. A keyed hash, so that nobody can find an address that shares another's. */
  get network(): string {
    return this.kit.cipher.keyedHash('network', networkOf(this.request.from ?? '')).slice(0, NETWORK_KEY_LENGTH);
  }

  /** The server's texts in the caller's locale. */
  get texts(): ServerTexts {
    return this.kit.locales.texts(this.request.locale);
  }

  get session(): SessionRecord | null {
    return this.who.session;
  }

  get outside(): OutsideIdentity | null {
    return this.who.outside;
  }

  /** @throws DomainError `unauthenticated` */
  get integration(): IntegrationRecord {
    return signedIn(this.who.integration);
  }

  get maybeCaller(): Caller | null {
    return this.who.caller;
  }

  /** @throws DomainError `unauthenticated` */
  get caller(): Caller {
    return signedIn(this.who.caller);
  }

  /** For `updatedBy`. */
  get by(): { id: string; name: string } {
    const { id, name } = this.caller.account;
    return { id, name };
  }

  /** The caller in audit entries: one object for all entries of a call, because an import writes thousands. */
  get actor(): TrailActor | null {
    const { caller } = this.who;
    this.#actor ??= caller && { id: caller.account.id, name: caller.account.name, role: caller.role, unitId: caller.unit.id };
    return this.#actor;
  }

  may(needed: Function): boolean {
    return this.caller.functions.includes(needed);
  }

  /** What the caller's unit is to another unit. */
  relationTo(unit: UnitRecord): Relation {
    return relationOf(this.caller.unit.path, unit.path);
  }

  newId(): string {
    return newId();
  }

  later(seconds: number): string {
    return new Date(this.now.getTime() + seconds * 1000).toISOString();
  }

  /** The same call, made by somebody who has just signed in. */
  as(who: Who): Act {
    return new Act(this.kit, this.request, who, this.exchange);
  }
}
