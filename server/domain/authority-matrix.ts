/**
 * Who may do what, as data: role × relation × act × what is seen. It stands here once; `authority.ts` reads it, the routes
 * and the elements ask `authority.ts`, and docs/authority.md is made from it. (Contract, section 1.)
 *
 * A relation is what the actor's unit is to the thing's: its `own`, its `parent`, further `above`, `below` it, or `none`.
 */
import type { Relation } from './units.js';

export type Role = 'head' | 'contact' | 'operator';

/** Of an account: `head` holds that role or asks for it, `member` any other. */
export type Standing = 'head' | 'member';

/** `masked`: without what identifies a person beyond the name's first character, and without contact data. */
export type Sight = 'whole' | 'masked' | 'nothing';

type ByRelation<T> = Record<Relation, T>;
type ByRole<T> = Record<Role, T>;

export interface AuthorityMatrix {
  /** Roles that a head may grant: to whom waits, and to whom is active. No other role grants any. */
  grants: Record<'pending' | 'active', ByRelation<Record<Standing, readonly Role[]>>>;
  /** Whether a head may edit, reject, delete, restore and link accounts of a standing. No other role may. */
  decides: ByRelation<Record<Standing, boolean>>;
  /** With the function `account.manage`. */
  seesAccounts: ByRole<ByRelation<Record<Standing, Sight>>>;
  /** With the function `teacher.manage`. */
  seesRoster: ByRole<ByRelation<Sight>>;
  /** Edit, correct, reveal, depart and take back, with `teacher.manage`. */
  writesRoster: ByRole<ByRelation<boolean>>;
  /** Lets another system vouch for who a teacher is (a token of scope `claims`), with `teacher.manage`. */
  vouches: ByRole<ByRelation<boolean>>;
  seesUnits: ByRole<ByRelation<boolean>>;
  /** Opened and renamed; a move is decided by the head of the nearest unit above both places. */
  namesUnits: ByRole<ByRelation<boolean>>;
}

const NO_GRANT = { head: [], member: [] } as const;
const NEITHER = { head: false, member: false };
const both = (sight: Sight): Record<Standing, Sight> => ({ head: sight, member: sight });
const onlyOwn = <T>(own: T, else_: T): ByRelation<T> => ({ own, parent: else_, above: else_, below: else_, none: else_ });

export const AUTHORITY: AuthorityMatrix = {
  grants: {
    pending: {
      // Someone who asks to be head may be enabled by the own head as something else.
      own: { head: ['contact', 'operator'], member: ['contact', 'operator'] },
      parent: { head: ['head'], member: ['head'] },
      above: NO_GRANT,
      below: NO_GRANT,
      none: NO_GRANT,
    },
    active: {
      own: { head: [], member: ['contact', 'operator'] },
      // The parent's head grants `head`, and may take it back by making its holder something else.
      parent: { head: ['contact', 'operator'], member: ['head'] },
      above: NO_GRANT,
      below: NO_GRANT,
      none: NO_GRANT,
    },
  },
  decides: {
    own: { head: false, member: true },
    parent: { head: true, member: false },
    above: NEITHER,
    below: NEITHER,
    none: NEITHER,
  },
  seesAccounts: {
    head: {
      own: both('whole'),
      parent: { head: 'whole', member: 'masked' },
      above: both('masked'),
      below: both('nothing'),
      none: both('nothing'),
    },
    // Where a portal's policy gives them `account.manage`.
    contact: onlyOwn(both('whole'), both('nothing')),
    operator: onlyOwn(both('whole'), both('nothing')),
  },
  seesRoster: {
    head: { own: 'whole', parent: 'masked', above: 'masked', below: 'nothing', none: 'nothing' },
    contact: onlyOwn<Sight>('whole', 'nothing'),
    operator: onlyOwn<Sight>('whole', 'nothing'),
  },
  writesRoster: { head: onlyOwn(true, false), contact: onlyOwn(true, false), operator: onlyOwn(true, false) },
  vouches: {
    head: { own: true, parent: true, above: true, below: false, none: false },
    contact: onlyOwn(false, false),
    operator: onlyOwn(false, false),
  },
  seesUnits: {
    head: { own: true, parent: true, above: true, below: true, none: false },
    contact: { own: true, parent: false, above: false, below: true, none: false },
    operator: { own: true, parent: false, above: false, below: true, none: false },
  },
  namesUnits: {
    head: { own: false, parent: true, above: false, below: false, none: false },
    contact: onlyOwn(false, false),
    operator: onlyOwn(false, false),
  },
};
