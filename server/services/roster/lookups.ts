/**
 * Looking people up by identity number: the one place where look-ups are counted. Every different pair of a number and a birth
 * date counts, on whichever roster the person is, and also if there is no such person. It is counted before anything is looked
 * up, so that a refusal says nothing about anybody.
 */
import { DomainError } from '../../domain/errors.js';
import { maskNationalId } from '../../domain/national-id.js';
import { admitLookups } from '../../domain/similar-numbers.js';
import type { TrailOutcome } from '../../domain/trail.js';
import type { LookupRecord, TrailDraft } from '../../store/records.js';
import { WriteConflict, type AttemptCount } from '../../store/store.js';
import type { Act } from '../core/act.js';
import { draftAuditEntry } from '../core/audit.js';
import { secondsUntil } from '../core/rate-limit.js';

/** A person whom somebody asks about. Without a number: whether the entry with this id has the birth date. */
export type Lookup = ({ nationalId: string } | { entryId: string }) & { birthDate: string };

/** How often the count is read again after other instances have counted in the meantime. */
const ATTEMPTS = 20;

/** The look-up as it is counted. Numbers with the same mask are similar: whoever tries what a mask hides asks about those. */
export function lookupRecord(act: Act, lookup: Lookup): LookupRecord {
  const { unit, account } = act.caller;
  const { cipher, limits } = act.kit;
  const hash = (...parts: string[]): string => cipher.fingerprint(`lookup\n${parts.join('\n')}`);
  const [similar, number] =
    'nationalId' in lookup
      ? [maskNationalId(lookup.nationalId), lookup.nationalId]
      : [`entry ${lookup.entryId}`, `entry ${lookup.entryId}`];
  return {
    similar: hash('similar', similar),
    number: hash('number', number),
    asked: hash('asked', number, lookup.birthDate),
    unitId: unit.id,
    accountId: account.id,
    until: act.later(limits.lookupSeconds),
  };
}

function lookupEntry(act: Act, count: number, outcome: TrailOutcome, more: { refused?: number } = {}): TrailDraft {
  const { unit } = act.caller;
  return draftAuditEntry(act, 'teacher.look-up', { type: 'roster', id: unit.id, name: unit.name }, { outcome, after: { count, ...more } });
}

/** Records look-ups that led to no registration. */
export async function recordLookup(act: Act, outcome: TrailOutcome): Promise<void> {
  await act.store.record({ guards: [], trail: [lookupEntry(act, 1, outcome)] });
}

function increased(act: Act, before: AttemptCount | null, by: number): AttemptCount {
  if (before && before.until > act.at) return { ...before, count: before.count + by };
  return { count: by, until: act.later(act.kit.limits.allLookupSeconds) };
}

/** @returns the look-ups that must not be made, each with the instant until which similar ones count */
async function counted(
  act: Act,
  wanted: readonly LookupRecord[],
  trailOf: (admitted: number, refused: number) => TrailDraft[],
): Promise<Map<string, string>> {
  const asker = { unitId: act.caller.unit.id, accountId: act.caller.account.id };
  const { lookups: most, allLookups } = act.kit.limits;
  const similar = [...new Set(wanted.map((each) => each.similar))];
  const before = await act.store.lookups(asker, similar, act.at);
  const ofUnit = before.similar.filter(({ unitId }) => unitId === asker.unitId);
  const ofAccount = before.similar.filter(({ accountId }) => accountId === asker.accountId);
  const known = new Set(ofUnit.map(({ asked }) => asked));
  const byUnit = admitLookups(wanted, ofUnit, known, most);
  const byAccount = admitLookups(byUnit.admitted, ofAccount, known, most);
  const refused = [...byUnit.refused, ...byAccount.refused];
  const { admitted } = byAccount;
  const all = {
    unitId: increased(act, before.all.unitId, admitted.length),
    accountId: increased(act, before.all.accountId, admitted.length),
  };
  const over = Object.values(all).find(({ count }) => count > allLookups);
  if (admitted.length > 0 && over) {
    await act.store.record({ guards: [], trail: [lookupEntry(act, wanted.length, 'denied')] });
    throw new DomainError('rate-limited', { retryAfter: secondsUntil(act, over.until) });
  }
  const change = { guards: [], trail: trailOf(admitted.length, refused.length) };
  if (admitted.length > 0) await act.store.saveLookups(asker, before, admitted, all, change);
  else if (change.trail.length > 0) await act.store.record(change);
  const earliest = new Map<string, string>();
  for (const each of before.similar) if (!(earliest.get(each.similar)! <= each.until)) earliest.set(each.similar, each.until);
  return new Map(refused.map((each) => [each.asked, earliest.get(each.similar) ?? each.until]));
}

function count(act: Act, wanted: readonly LookupRecord[], trailOf: Parameters<typeof counted>[2]): Promise<Map<string, string>> {
  return act.kit.lookups.run({ flows: [act.caller.unit.id], first: false }, async () => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await counted(act, wanted, trailOf);
      } catch (error) {
        if (!(error instanceof WriteConflict) || attempt === ATTEMPTS) throw error;
      }
    }
  });
}

/**
 * Counts the look-ups of a list, in a few statements.
 * @returns by `asked`, those that must not be made, because too many similar ones were made before
 * @throws DomainError `rate-limited` if the unit or the account has looked up too many people
 */
export function countLookups(act: Act, wanted: readonly LookupRecord[]): Promise<ReadonlyMap<string, string>> {
  return count(act, wanted, (admitted, refused) =>
    admitted + refused === 0 ? [] : [lookupEntry(act, admitted + refused, 'done', refused > 0 ? { refused } : {})],
  );
}

/**
 * Counts one look-up before it is made.
 * @param recorded `later`: by the caller, because a registration has an audit entry of its own
 * @throws DomainError `rate-limited`
 */
export async function countLookup(act: Act, lookup: Lookup, recorded: 'now' | 'later' = 'now'): Promise<void> {
  const record = lookupRecord(act, lookup);
  const refused = await count(act, [record], (_, refused) =>
    refused > 0 ? [lookupEntry(act, 1, 'denied')] : recorded === 'now' ? [lookupEntry(act, 1, 'done')] : [],
  );
  const until = refused.get(record.asked);
  if (until === undefined) return;
  throw new DomainError('rate-limited', {
    retryAfter: secondsUntil(act, until),
    errors: [{ path: 'nationalId', code: 'asked-too-often' }],
  });
}
