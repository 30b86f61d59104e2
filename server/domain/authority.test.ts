import { describe, expect, it } from 'vitest';
import {
  accountVerdicts,
  decidesDisputes,
  FUNCTIONS,
  grantableRoles,
  isLevelAbove,
  judgeAccountAct,
  movesUnits,
  namesUnits,
  readsSubtree,
  ROLES,
  seesAccount,
  seesAccountUnmasked,
  seesHeadName,
  seesRoster,
  seesRosterUnmasked,
  seesUnit,
  teacherVerdicts,
  vouches,
  writesRoster,
  type AccountTarget,
  type Role,
} from './authority.js';
import type { Relation } from './units.js';

const head = { accountId: 'h', role: 'head' as Role };
const pending = (requestedRole: Role): AccountTarget => ({ id: 'x', status: 'pending', role: null, requestedRole });
const active = (role: Role): AccountTarget => ({ id: 'x', status: 'active', role, requestedRole: role });

// The expected results are written by hand from section 1 of the contract.
const GRANTS: [what: string, relation: Relation, target: AccountTarget, roles: Role[]][] = [
  ['an application in the own unit', 'own', pending('operator'), ['contact', 'operator']],
  ['an application to be head, by the own head', 'own', pending('head'), ['contact', 'operator']],
  ['an application, by the parent', 'parent', pending('contact'), ['head']],
  ['an application to be head, by the parent', 'parent', pending('head'), ['head']],
  ['an application, by the grandparent', 'above', pending('head'), []],
  ['an application, by a sibling', 'none', pending('head'), []],
  ['an application, from below', 'below', pending('head'), []],
  ['a contact of the own unit', 'own', active('contact'), ['operator']],
  ['an operator of the own unit', 'own', active('operator'), ['contact']],
  ['another head of the own unit', 'own', active('head'), []],
  ['a head one level below', 'parent', active('head'), ['contact', 'operator']],
  ['a contact one level below', 'parent', active('contact'), ['head']],
  ['a head two levels below', 'above', active('head'), []],
];

describe('granting a role', () => {
  it.each(GRANTS)('%s (%s)', (_what, relation, target, roles) => expect(grantableRoles(head, relation, target)).toEqual(roles));

  it('is allowed only to heads, and never to oneself', () => {
    for (const role of ['contact', 'operator'] as const)
      expect(grantableRoles({ accountId: 'c', role }, 'own', pending('operator'))).toEqual([]);
    expect(grantableRoles({ accountId: 'x', role: 'head' }, 'own', active('contact'))).toEqual([]);
  });
});

describe('rejecting, editing, deleting and restoring an account', () => {
  it.each([
    ['own', pending('contact'), true],
    ['parent', pending('contact'), false],
    ['own', pending('head'), false],
    ['parent', pending('head'), true],
    ['own', active('operator'), true],
    ['parent', active('operator'), false],
    ['own', active('head'), false],
    ['parent', active('head'), true],
    ['above', active('head'), false],
    ['none', active('head'), false],
  ] as const)('the head in relation %s on %o: %s', (relation, target, allowed) => {
    const actions =
      target.status === 'pending' ? (['account.reject', 'account.update'] as const) : (['account.delete', 'account.update'] as const);
    for (const action of actions) expect(judgeAccountAct(head, relation, target, action).allowed).toBe(allowed);
  });

  it('names who may do it instead', () => {
    expect(judgeAccountAct(head, 'own', active('head'), 'account.delete')).toMatchObject({
      allowed: false,
      why: 'level-above',
      by: 'parent-head',
    });
    expect(judgeAccountAct(head, 'parent', active('operator'), 'account.delete')).toMatchObject({ allowed: false, by: 'own-head' });
    expect(judgeAccountAct({ accountId: 'x', role: 'head' }, 'own', active('head'), 'account.delete')).toMatchObject({
      why: 'own-account',
    });
  });

  it('lists only the acts of its state', () => {
    expect(accountVerdicts(head, 'own', { ...active('operator'), status: 'deleted' }).map(({ name }) => name)).toEqual(['account.restore']);
  });
});

it('every write to a roster is allowed only in the own unit', () => {
  const functions = ['teacher.manage'] as const;
  for (const role of ROLES)
    for (const relation of ['own', 'parent', 'above', 'none', 'below'] as const)
      expect(writesRoster(functions, role, relation)).toBe(relation === 'own');
  expect(writesRoster([], 'head', 'own')).toBe(false);
  expect(teacherVerdicts(false, { departed: false, returnable: false, leaving: false }).every(({ allowed }) => !allowed)).toBe(true);
  expect(teacherVerdicts(true, { departed: true, returnable: false, leaving: true }).map(({ name }) => name)).toEqual(['teacher.reveal']);
});

const RELATIONS: readonly Relation[] = ['own', 'parent', 'above', 'below', 'none'];
/** The relations in which a rule holds, for each role. */
const where = (rule: (role: Role, relation: Relation) => boolean) =>
  Object.fromEntries(ROLES.map((role) => [role, RELATIONS.filter((relation) => rule(role, relation)).join(' ')]));
const HELD_BY_HEAD = { role: 'head' as Role, requestedRole: null };
const ASKS_TO_BE_HEAD = { role: null, requestedRole: 'head' as Role };
const HELD_BY_OTHER = { role: 'contact' as Role, requestedRole: 'head' as Role };

// The expected results are written by hand from section 1 of the contract.
describe('what a role may do in a unit', () => {
  it.each([
    ['see accounts', where((role, at) => seesAccount(FUNCTIONS, role, at)), 'own parent above', 'own', 'own'],
    ['see the account of a head whole', where((role, at) => seesAccountUnmasked(role, at, HELD_BY_HEAD)), 'own parent', 'own', 'own'],
    ['see who asks to be head whole', where((role, at) => seesAccountUnmasked(role, at, ASKS_TO_BE_HEAD)), 'own parent', 'own', 'own'],
    ['see another account whole', where((role, at) => seesAccountUnmasked(role, at, HELD_BY_OTHER)), 'own', 'own', 'own'],
    ['be told the name of the head', where(seesHeadName), 'own parent below none', RELATIONS.join(' '), RELATIONS.join(' ')],
    ['see a roster', where((role, at) => seesRoster(FUNCTIONS, role, at)), 'own parent above', 'own', 'own'],
    ['see a roster whole', where(seesRosterUnmasked), 'own', 'own', 'own'],
    ['write on a roster', where((role, at) => writesRoster(FUNCTIONS, role, at)), 'own', 'own', 'own'],
    ['let another system vouch for teachers', where((role, at) => vouches(FUNCTIONS, role, at)), 'own parent above', '', ''],
    ['know a unit', where(seesUnit), 'own parent above below', 'own below', 'own below'],
    ['open and rename units', where(namesUnits), 'parent', '', ''],
    ['move units', where(movesUnits), 'parent above', '', ''],
  ])('%s', (_what, found, head, contact, operator) => expect(found).toEqual({ head, contact, operator }));

  it('is reserved to heads for all units below, and for disputes', () => {
    expect([ROLES.filter(readsSubtree), ROLES.filter(decidesDisputes)]).toEqual([['head'], ['head']]);
  });

  it('requires the function', () => {
    const others = FUNCTIONS.filter((name) => name !== 'account.manage' && name !== 'teacher.manage');
    for (const rule of [seesAccount, seesRoster, writesRoster, vouches]) expect(rule(others, 'head', 'own')).toBe(false);
    expect(seesAccount(['account.manage'], 'head', 'own')).toBe(true);
    for (const rule of [seesRoster, writesRoster, vouches]) expect(rule(['teacher.manage'], 'head', 'own')).toBe(true);
  });
});

describe('the verdicts on an account', () => {
  const named = (target: AccountTarget) => accountVerdicts(head, 'own', target).map(({ name }) => name);

  it('cover the acts of its state', () => {
    expect(named(pending('contact'))).toEqual(['account.activate', 'account.reject', 'account.update', 'account.link']);
    expect(named(active('contact'))).toEqual(['account.switch-role', 'account.update', 'account.delete', 'account.link']);
    expect(named({ ...pending('contact'), status: 'rejected' })).toEqual(['account.restore']);
    expect(named({ ...active('contact'), status: 'deleted' })).toEqual(['account.restore']);
  });

  it('list the roles to grant, or the reason and who may grant them instead', () => {
    expect(judgeAccountAct(head, 'own', pending('operator'), 'account.activate')).toEqual({
      name: 'account.activate',
      allowed: true,
      roles: ['contact', 'operator'],
    });
    expect(judgeAccountAct(head, 'own', active('operator'), 'account.switch-role')).toEqual({
      name: 'account.switch-role',
      allowed: true,
      roles: ['contact'],
    });
    expect(judgeAccountAct(head, 'above', active('operator'), 'account.switch-role')).toEqual({
      name: 'account.switch-role',
      allowed: false,
      why: 'level-above',
      by: 'own-head',
    });
    expect(judgeAccountAct(head, 'own', active('operator'), 'account.delete')).toEqual({ name: 'account.delete', allowed: true });
  });

  it('grant nothing to an account that is neither pending nor active', () => {
    for (const status of ['rejected', 'deleted'] as const)
      expect(grantableRoles(head, 'own', { ...active('contact'), status })).toEqual([]);
  });

  it('allow an applicant also the earlier role', () => {
    expect(grantableRoles(head, 'own', { ...pending('contact'), role: 'contact' })).toEqual(['contact', 'operator']);
  });

  it('allow nothing on the own account', () => {
    expect(isLevelAbove({ accountId: 'x', role: 'head' }, 'own', active('contact'))).toBe(false);
    expect(isLevelAbove(head, 'own', active('contact'))).toBe(true);
  });

  it('allow nothing to roles other than head', () => {
    for (const role of ['contact', 'operator'] as const)
      for (const at of RELATIONS) {
        expect(isLevelAbove({ accountId: 'c', role }, at, active('operator'))).toBe(false);
        for (const target of [pending('head'), pending('operator'), active('head'), active('operator')])
          expect(grantableRoles({ accountId: 'c', role }, at, target)).toEqual([]);
      }
    for (const at of ['above', 'below', 'none'] as const)
      for (const target of [active('head'), active('operator')]) expect(isLevelAbove(head, at, target)).toBe(false);
  });
});

describe('the verdicts on a roster entry', () => {
  const present = { departed: false, returnable: false, leaving: false };
  const named = (entry: Parameters<typeof teacherVerdicts>[1]) => teacherVerdicts(true, entry).map(({ name }) => name);

  it('cover the acts of its state', () => {
    const always = ['teacher.update', 'teacher.correct-identity', 'teacher.reveal'];
    expect(named(present)).toEqual([...always, 'teacher.depart']);
    expect(named({ ...present, leaving: true })).toEqual([...always, 'teacher.return']);
    expect(named({ ...present, departed: true })).toEqual(['teacher.reveal']);
    expect(named({ ...present, departed: true, returnable: true })).toEqual(['teacher.return', 'teacher.reveal']);
  });

  it('tell readers that the head of the unit may act', () => {
    expect(teacherVerdicts(true, { ...present, departed: true })).toEqual([{ name: 'teacher.reveal', allowed: true }]);
    expect(teacherVerdicts(false, { ...present, departed: true })).toEqual([
      { name: 'teacher.reveal', allowed: false, why: 'read-only', by: 'own-head' },
    ]);
  });
});
