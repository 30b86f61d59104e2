/**
 * Who may do what, as data: role × relation × action × visibility. `authority.ts` reads this table, the services and
 * elements call `authority.ts`, and docs/authority.md is generated from it. (Contract, section 1.)
 *
 * A relation says where the actor's unit lies, seen from the target's unit: its `own`, its `parent`, further `above`, `below` it, or `none`.
 */
import type { Relation } from './units.js';

export const ROLES = ['head', 'contact', 'operator'] as const;
export type Role = (typeof ROLES)[number];

/** Of an account: `head` if it holds or asks for that role, otherwise `member`. */
export type Standing = 'head' | 'member';

/** `masked` shows the first character of a name, and no contact data or other personal data. */
export type Sight = 'whole' | 'masked' | 'nothing';

type ByRelation<T> = Record<Relation, T>;
type ByRole<T> = Record<Role, T>;

export interface AuthorityMatrix {
  /** Roles that may be granted to a pending and to an active account. */
  grants: ByRole<Record<'pending' | 'active', ByRelation<Record<Standing, readonly Role[]>>>>;
  /** Edit, reject, delete, restore and link accounts of a standing. */
  decides: ByRole<ByRelation<Record<Standing, boolean>>>;
  /** With the function `account.manage`. */
  seesAccounts: ByRole<ByRelation<Record<Standing, Sight>>>;
  /** With the function `teacher.manage`. */
  seesRoster: ByRole<ByRelation<Sight>>;
  /** Edit, correct, reveal, depart and return entries, with the function `teacher.manage`. */
  writesRoster: ByRole<ByRelation<boolean>>;
  /** Creates integration tokens of scope `claims`, with the function `teacher.manage`. */
  vouches: ByRole<ByRelation<boolean>>;
  seesUnits: ByRole<ByRelation<boolean>>;
  /** Opens and renames units. */
  namesUnits: ByRole<ByRelation<boolean>>;
  /** Moves a unit, where its own unit is `parent` or `above` (the nearest unit above both positions decides). */
  movesUnits: ByRole<ByRelation<boolean>>;
  /** Begins a hand-over of a unit, and refuses one. */
  beginsHandover: ByRole<ByRelation<boolean>>;
  /** Approves a hand-over that the successor has consented to. */
  approvesHandover: ByRole<ByRelation<boolean>>;
  /** Lists, searches and statistics over its own unit and all units below it; and the overview of what needs attention there. */
  readsSubtree: ByRole<boolean>;
  /** Decides disputes between two schools below its own unit. */
  decidesDisputes: ByRole<boolean>;
}

const NO_GRANT = { head: [], member: [] } as const;
const NEITHER = { head: false, member: false };
const both = (sight: Sight): Record<Standing, Sight> => ({ head: sight, member: sight });
const onlyOwn = <T>(own: T, else_: T): ByRelation<T> => ({ own, parent: else_, above: else_, below: else_, none: else_ });
const onlyHead = <T>(head: T, else_: T): ByRole<T> => ({ head, contact: else_, operator: else_ });
const NOWHERE = onlyOwn(false, false);
const GRANTS_NOTHING = { pending: onlyOwn(NO_GRANT, NO_GRANT), active: onlyOwn(NO_GRANT, NO_GRANT) };

export const AUTHORITY: AuthorityMatrix = {
  grants: onlyHead<AuthorityMatrix['grants']['head']>(
    {
      pending: {
        // The unit's own head may enable someone who asks to be head in another role.
        own: { head: ['contact', 'operator'], member: ['contact', 'operator'] },
        parent: { head: ['head'], member: ['head'] },
        above: NO_GRANT,
        below: NO_GRANT,
        none: NO_GRANT,
      },
      active: {
        own: { head: [], member: ['contact', 'operator'] },
        // The parent's head grants `head`, and takes it back by giving its holder another role.
        parent: { head: ['contact', 'operator'], member: ['head'] },
        above: NO_GRANT,
        below: NO_GRANT,
        none: NO_GRANT,
      },
    },
    GRANTS_NOTHING,
  ),
  decides: onlyHead<AuthorityMatrix['decides']['head']>(
    {
      own: { head: false, member: true },
      parent: { head: true, member: false },
      above: NEITHER,
      below: NEITHER,
      none: NEITHER,
    },
    onlyOwn(NEITHER, NEITHER),
  ),
  seesAccounts: {
    head: {
      own: both('whole'),
      parent: { head: 'whole', member: 'masked' },
      above: both('masked'),
      below: both('nothing'),
      none: both('nothing'),
    },
    // Applies if a portal's policy gives these roles `account.manage`.
    contact: onlyOwn(both('whole'), both('nothing')),
    operator: onlyOwn(both('whole'), both('nothing')),
  },
  seesRoster: {
    head: { own: 'whole', parent: 'masked', above: 'masked', below: 'nothing', none: 'nothing' },
    contact: onlyOwn<Sight>('whole', 'nothing'),
    operator: onlyOwn<Sight>('whole', 'nothing'),
  },
  writesRoster: { head: onlyOwn(true, false), contact: onlyOwn(true, false), operator: onlyOwn(true, false) },
  vouches: onlyHead({ own: true, parent: true, above: true, below: false, none: false }, NOWHERE),
  seesUnits: {
    head: { own: true, parent: true, above: true, below: true, none: false },
    contact: { own: true, parent: false, above: false, below: true, none: false },
    operator: { own: true, parent: false, above: false, below: true, none: false },
  },
  namesUnits: onlyHead({ own: false, parent: true, above: false, below: false, none: false }, NOWHERE),
  movesUnits: onlyHead({ own: false, parent: true, above: true, below: false, none: false }, NOWHERE),
  beginsHandover: onlyHead({ own: true, parent: true, above: false, below: false, none: false }, NOWHERE),
  approvesHandover: onlyHead({ own: false, parent: true, above: false, below: false, none: false }, NOWHERE),
  readsSubtree: onlyHead(true, false),
  decidesDisputes: onlyHead(true, false),
};
