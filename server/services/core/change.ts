/** What a write carries beside its records: guards, audit entries, the answer to store, and messages to send. */
import type { MailLinkRecord, TrailDraft, UnitRecord } from '../../store/records.js';
import type { Change, Guard } from '../../store/store.js';
import type { Act } from './act.js';
import type { Reply } from './exchange.js';
import type { Letter } from './outbox.js';

/** Letters of a change, and the one-time links in them. */
export interface Mailing {
  letters?: Letter[];
  links?: MailLinkRecord[];
}

/** What must still hold when the change is written: the caller's role, and the position of each unit whose relation was used. */
export function guardsOf(act: Act, ...units: UnitRecord[]): Guard[] {
  const { account, role, unit } = act.caller;
  const used = new Map([unit, ...units].map((each) => [each.id, each]));
  return [
    { kind: 'actor', accountId: account.id, unitId: unit.id, role },
    ...[...used.values()].map(({ id, path }): Guard => ({ kind: 'path', unitId: id, path })),
  ];
}

export function changeOf(act: Act, guards: Guard[], trail: TrailDraft[], reply?: Reply, { letters, links = [] }: Mailing = {}): Change {
  return { guards, trail, links, ...consequencesOf(act, trail, reply, letters) };
}

/** The messages that follow from audit entries, and the answer to store: both need the complete list of entries. */
export function consequencesOf(
  act: Act,
  trail: readonly TrailDraft[],
  reply?: Reply,
  letters: readonly Letter[] = [],
): Pick<Change, 'outbox' | 'response'> {
  return { outbox: act.kit.outbox.post(trail, letters, act.at), response: reply && act.exchange.answerToStore(reply) };
}
