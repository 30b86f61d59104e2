/**
 * Who may do what, once more, as a second source: written by hand from the contract (section 1) and never taken from the
 * domain. A mount runs the same cases against itself:
 *
 *     const field = await findField(as);          // after `load` of AUTHORITY_FIELD
 *     for (const each of authorityCases(field)) expect((await as(each.caller)(each)).status).toBe(each.status);
 *
 * `as(username)` answers how that person's requests are sent; null is somebody who has not signed in. No case changes
 * anything: a write that is allowed stops at its missing If-Match (428) or at its empty body (422).
 */
import {
  CALLERS,
  IN_QUESTION,
  KINDS,
  MEMBER_KINDS,
  RELATIONS,
  relationBetween,
  ROLES,
  secretsOf,
  UNITS,
  usernameOf,
  type AuthorityCase,
  type AuthorityField,
  type AuthorityRequest,
  type CaseRelation,
  type Role,
} from './authority-field.js';

export {
  AUTHORITY_PASSWORD,
  authorityField,
  findField,
  RELATIONS,
  type AuthorityCase,
  type AuthorityField,
  type AuthorityRequest,
  type AuthoritySend,
  type CaseRelation,
} from './authority-field.js';

type Row = readonly [call: string, request: (unit: string, field: AuthorityField) => AuthorityRequest, ...statuses: string[]];

const of =
  (method: string, path: (unit: string, field: AuthorityField) => string, body?: unknown) => (unit: string, field: AuthorityField) => ({
    method,
    path: path(unit, field),
    ...(body === undefined ? {} : { body }),
  });
const account =
  (kind: string, rest = '') =>
  (unit: string, { accounts }: AuthorityField): string =>
    `/accounts/${accounts[usernameOf(unit, kind)]}${rest}`;
const teacher =
  (rest = '') =>
  (unit: string, { teachers }: AuthorityField): string =>
    `/teachers/${teachers[unit]}${rest}`;

/** The statuses for contacts and operators of what is reserved to heads. */
const HEADS_ALONE = ['403 404 404 404 404 404', '403 404 404 404 404 404'] as const;

/**
 * For each role the statuses in the order own, parent, grandparent, child, sibling, foreign. 200: may read; 428 and 422: may
 * write; 403: may not, but may know of it; 404: may not know of it.
 */
const TABLE: readonly Row[] = [
  // Accounts: the head manages contacts and operators of the unit, the parent's head manages the head.
  ['read a member', of('GET', account('operator')), '200 200 200 404 404 404', ...HEADS_ALONE],
  ['read a head', of('GET', account('head')), '200 200 200 404 404 404', ...HEADS_ALONE],
  ['read one who waits', of('GET', account('waits')), '200 200 200 404 404 404', ...HEADS_ALONE],
  ['edit a member', of('PATCH', account('operator'), {}), '428 403 403 404 404 404', ...HEADS_ALONE],
  ['edit a head', of('PATCH', account('head'), {}), '403 428 403 404 404 404', ...HEADS_ALONE],
  ['edit one who waits', of('PATCH', account('waits'), {}), '428 403 403 404 404 404', ...HEADS_ALONE],
  ['edit one who asks to be head', of('PATCH', account('asks-head'), {}), '403 428 403 404 404 404', ...HEADS_ALONE],
  ['enable one who waits', of('POST', account('waits', '/activation'), {}), '428 428 403 404 404 404', ...HEADS_ALONE],
  ['enable one who asks to be head', of('POST', account('asks-head', '/activation'), {}), '428 428 403 404 404 404', ...HEADS_ALONE],
  ['switch a member', of('PUT', account('operator', '/role'), {}), '428 428 403 404 404 404', ...HEADS_ALONE],
  ['switch a head', of('PUT', account('head', '/role'), {}), '403 428 403 404 404 404', ...HEADS_ALONE],
  ['reject one who waits', of('POST', account('waits', '/rejection'), {}), '428 403 403 404 404 404', ...HEADS_ALONE],
  ['reject one who asks to be head', of('POST', account('asks-head', '/rejection'), {}), '403 428 403 404 404 404', ...HEADS_ALONE],
  ['delete a member', of('POST', account('contact', '/deletion'), {}), '428 403 403 404 404 404', ...HEADS_ALONE],
  ['delete a head', of('POST', account('head', '/deletion'), {}), '403 428 403 404 404 404', ...HEADS_ALONE],
  ['restore a rejected member', of('POST', account('rejected', '/restoration')), '428 403 403 404 404 404', ...HEADS_ALONE],
  ['restore a deleted member', of('POST', account('deleted', '/restoration')), '428 403 403 404 404 404', ...HEADS_ALONE],
  ['link a member', of('POST', account('operator', '/identities'), {}), '428 403 403 404 404 404', ...HEADS_ALONE],
  ['link a head', of('POST', account('head', '/identities'), {}), '403 428 403 404 404 404', ...HEADS_ALONE],
  ['list the identities of a member', of('GET', account('operator', '/identities')), '200 403 403 404 404 404', ...HEADS_ALONE],
  ['list the identities of a head', of('GET', account('head', '/identities')), '403 200 403 404 404 404', ...HEADS_ALONE],
  ['unlink a member', of('DELETE', account('operator', '/identities/none')), '428 403 403 404 404 404', ...HEADS_ALONE],
  ['unlink a head', of('DELETE', account('head', '/identities/none')), '403 428 403 404 404 404', ...HEADS_ALONE],
  ['list accounts', of('GET', (unit, { units }) => `/accounts?unit=${units[unit]}`), '200 200 200 404 404 404', ...HEADS_ALONE],
  [
    'list deleted accounts',
    of('GET', (unit, { units }) => `/accounts?status=deleted&unit=${units[unit]}`),
    '200 200 200 404 404 404',
    ...HEADS_ALONE,
  ],
  // Rosters: unmasked in the own unit, masked for heads above; writes and reveals only in the own unit.
  [
    'list a roster',
    of('GET', (unit, { units }) => `/teachers?unit=${units[unit]}`),
    '200 200 200 404 404 404',
    '200 404 404 404 404 404',
    '403 404 404 404 404 404',
  ],
  [
    'search a roster',
    of('GET', (unit, { units }) => `/teachers?q=${encodeURIComponent('祕')}&unit=${units[unit]}`),
    '200 200 200 404 404 404',
    '200 404 404 404 404 404',
    '403 404 404 404 404 404',
  ],
  [
    'export a roster',
    of('GET', (unit, { units }) => `/teachers/export?format=csv&unit=${units[unit]}`),
    '200 200 200 404 404 404',
    '200 404 404 404 404 404',
    '403 404 404 404 404 404',
  ],
  ['read an entry', of('GET', teacher()), '200 200 200 404 404 404', '200 404 404 404 404 404', '403 404 404 404 404 404'],
  ['edit an entry', of('PATCH', teacher(), {}), '428 403 403 404 404 404', '428 404 404 404 404 404', '403 404 404 404 404 404'],
  [
    'correct an identity',
    of('POST', teacher('/identity'), {}),
    '428 403 403 404 404 404',
    '428 404 404 404 404 404',
    '403 404 404 404 404 404',
  ],
  [
    'note a departure',
    of('POST', teacher('/departure'), {}),
    '428 403 403 404 404 404',
    '428 404 404 404 404 404',
    '403 404 404 404 404 404',
  ],
  [
    'take a departure back',
    of('DELETE', teacher('/departure')),
    '428 403 403 404 404 404',
    '428 404 404 404 404 404',
    '403 404 404 404 404 404',
  ],
  [
    'reveal an identity',
    of('POST', teacher('/reveal'), {}),
    '422 403 403 404 404 404',
    '422 404 404 404 404 404',
    '403 404 404 404 404 404',
  ],
  ['invite to claim', of('POST', teacher('/invitation')), '428 403 403 404 404 404', '428 404 404 404 404 404', '403 404 404 404 404 404'],
  // Integrations and invitations: a head for the own unit and all units below.
  [
    'let another system vouch',
    of('POST', (unit, { units }) => `/units/${units[unit]}/integrations`, {}),
    '422 422 422 403 404 404',
    '403 404 404 403 404 404',
    '403 404 404 403 404 404',
  ],
  [
    'list who vouches',
    of('GET', (unit, { units }) => `/units/${units[unit]}/integrations`),
    '200 200 200 403 404 404',
    '403 404 404 403 404 404',
    '403 404 404 403 404 404',
  ],
  [
    'take a second factor away from a member',
    of('DELETE', account('operator', '/second-factor')),
    '428 403 403 404 404 404',
    ...HEADS_ALONE,
  ],
  ['take a second factor away from a head', of('DELETE', account('head', '/second-factor')), '403 428 403 404 404 404', ...HEADS_ALONE],
  // The audit trail: with account.manage that of the unit; with teacher.manage that of an entry of the own roster.
  ['read a trail', of('GET', (unit, { units }) => `/audit?unit=${units[unit]}`), '200 200 200 404 404 404', ...HEADS_ALONE],
  [
    'read the trail of an entry',
    of('GET', (unit, { units, teachers }) => `/audit?unit=${units[unit]}&target=${teachers[unit]}`),
    '200 200 200 404 404 404',
    '200 404 404 404 404 404',
    '403 404 404 404 404 404',
  ],
  // Statistics follow the roster: a caller who may not see rows may not see their count.
  [
    'read statistics',
    of('GET', (unit, { units }) => `/statistics?unit=${units[unit]}`),
    '200 200 200 404 404 404',
    '200 404 404 404 404 404',
    '403 403 403 403 403 403',
  ],
  // Units: all callers see units above; a head sees all units below, edits those directly below, and moves those further down.
  [
    'read a unit',
    of('GET', (unit, { units }) => `/units/${units[unit]}`),
    '200 200 200 200 404 404',
    '200 404 404 200 404 404',
    '200 404 404 200 404 404',
  ],
  [
    'rename a unit',
    of('PATCH', (unit, { units }) => `/units/${units[unit]}`, {}),
    '403 428 428 403 404 404',
    '403 404 404 403 404 404',
    '403 404 404 403 404 404',
  ],
];

type OwnRow = readonly [call: string, request: AuthorityRequest, head: number, contact: number, operator: number];

/** Calls about the caller's own unit or account. */
const OWN_TABLE: readonly OwnRow[] = [
  ['who am I', { method: 'GET', path: '/me' }, 200, 200, 200],
  ['edit the own profile', { method: 'PATCH', path: '/me', body: {} }, 428, 428, 428],
  ['list the own accounts', { method: 'GET', path: '/accounts' }, 200, 403, 403],
  ['list the heads below', { method: 'GET', path: '/accounts?scope=children' }, 200, 403, 403],
  ['list the own roster', { method: 'GET', path: '/teachers' }, 200, 200, 403],
  ['list the rosters below', { method: 'GET', path: '/teachers?scope=subtree' }, 200, 403, 403],
  ['export the own roster', { method: 'GET', path: '/teachers/export?format=csv' }, 200, 200, 403],
  ['check a registration', { method: 'POST', path: '/teachers/check', body: {} }, 422, 422, 403],
  ['register', { method: 'POST', path: '/teachers', body: {} }, 422, 422, 403],
  ['export the own roster in full', { method: 'POST', path: '/teachers/exports', body: {} }, 422, 422, 403],
  ['stage a list', { method: 'POST', path: '/teachers/imports', body: {} }, 422, 422, 403],
  ['list the lists', { method: 'GET', path: '/teachers/imports' }, 200, 200, 403],
  ['take the template', { method: 'GET', path: '/teachers/imports/template?format=csv' }, 200, 200, 403],
  ['read a list that is nobody’s', { method: 'GET', path: '/teachers/imports/none' }, 404, 404, 404],
  ['commit a list that is nobody’s', { method: 'POST', path: '/teachers/imports/none/commit', body: {} }, 404, 404, 404],
  ['dispute a registration', { method: 'POST', path: '/transfers', body: {} }, 422, 422, 403],
  ['list disputes to decide', { method: 'GET', path: '/transfers?direction=decide' }, 200, 403, 403],
  ['decide a dispute that is nobody’s', { method: 'POST', path: '/transfers/none/decision', body: {} }, 404, 404, 404],
  ['list hand-overs', { method: 'GET', path: '/handovers' }, 200, 200, 200],
  ['begin a hand-over', { method: 'POST', path: '/handovers', body: {} }, 422, 403, 403],
  ['agree to a hand-over that is nobody’s', { method: 'POST', path: '/handovers/none/consent' }, 404, 404, 404],
  ['approve a hand-over that is nobody’s', { method: 'POST', path: '/handovers/none/approval' }, 404, 404, 404],
  ['what waits at the units below', { method: 'GET', path: '/units/attention' }, 200, 403, 403],
  ['read the own statistics', { method: 'GET', path: '/statistics' }, 200, 200, 403],
  ['read the statistics of all below', { method: 'GET', path: '/statistics?scope=subtree' }, 200, 403, 403],
  ['list transfers', { method: 'GET', path: '/transfers' }, 200, 200, 403],
  ['accept a transfer that is nobody’s', { method: 'POST', path: '/transfers/none/acceptance' }, 404, 404, 404],
  ['read the own trail', { method: 'GET', path: '/audit' }, 200, 403, 403],
  ['list the own sessions', { method: 'GET', path: '/me/sessions' }, 200, 200, 200],
  ['take the own data', { method: 'GET', path: '/me/data' }, 200, 200, 200],
  ['end a session that is nobody’s', { method: 'DELETE', path: '/me/sessions/none' }, 404, 404, 404],
  ['claim for a teacher without a token', { method: 'POST', path: '/teachers/claims', body: {} }, 403, 403, 403],
  ['list units', { method: 'GET', path: '/units' }, 200, 200, 200],
  ['open a unit', { method: 'POST', path: '/units', body: {} }, 422, 403, 403],
];

/** Which people of a unit a caller of this role sees only masked in a successful response. */
function hiddenFrom(role: Role, relation: CaseRelation, unit: string): string[] {
  if (relation === 'own') return [];
  // The level above decides on heads, so it sees them unmasked; the head of a unit above is named to units below.
  if (relation === 'parent' && role === 'head') return secretsOf(unit, MEMBER_KINDS);
  return secretsOf(unit, relation === 'child' ? KINDS.filter((kind) => kind !== 'head') : KINDS);
}

const isDenial = (status: number): boolean => status === 403 || status === 404;

/** All cases: each row for each role in each relation to a school and to a county, and without a sign-in. */
export function authorityCases(field: AuthorityField): AuthorityCase[] {
  const cases: AuthorityCase[] = [];
  for (const unit of IN_QUESTION) {
    for (const [call, request, ...statuses] of TABLE) {
      const sent = request(unit, field);
      ROLES.forEach((role, index) => {
        const expected = statuses[index]!.split(' ').map(Number);
        RELATIONS.forEach((relation, place) => {
          const callers = CALLERS[unit]![relation];
          if (callers === undefined) return;
          const status = expected[place]!;
          cases.push({
            ...sent,
            name: `${call} of ${unit}, ${role}, ${relation}`,
            caller: usernameOf(callers, role),
            status,
            denied: isDenial(status),
            hidden: status === 200 ? hiddenFrom(role, relation, unit) : secretsOf(unit),
          });
        });
      });
      cases.push({ ...sent, name: `${call} of ${unit}, unknown`, caller: null, status: 401, denied: false, hidden: secretsOf(unit) });
    }
  }
  for (const [call, request, ...statuses] of OWN_TABLE) {
    for (const { code } of UNITS) {
      ROLES.forEach((role, index) => {
        const status = statuses[index]!;
        cases.push({
          ...request,
          name: `${call}, ${role} of ${code}`,
          caller: usernameOf(code, role),
          status,
          denied: isDenial(status),
          hidden: UNITS.flatMap(({ code: other }) => hiddenFrom(role, relationBetween(code, other), other)),
        });
      });
    }
    cases.push({ ...request, name: `${call}, unknown`, caller: null, status: 401, denied: false, hidden: [] });
  }
  return cases;
}
