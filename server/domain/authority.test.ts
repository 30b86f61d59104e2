import { describe, expect, it } from 'vitest';
import {
  accountVerdicts,
  grantableRoles,
  judgeAccountAct,
  ROLES,
  teacherVerdicts,
  writesRoster,
  type AccountTarget,
  type Role,
} from './authority.js';
import { nearestAbove, relationOf, type Relation } from './units.js';

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

describe('who may grant what', () => {
  it.each(GRANTS)('%s (%s)', (_what, relation, target, roles) => expect(grantableRoles(head, relation, target)).toEqual(roles));

  it('nobody but a head, and nobody to himself', () => {
    for (const role of ['contact', 'operator'] as const)
      expect(grantableRoles({ accountId: 'c', role }, 'own', pending('operator'))).toEqual([]);
    expect(grantableRoles({ accountId: 'x', role: 'head' }, 'own', active('contact'))).toEqual([]);
  });
});

describe('who may reject, edit, delete and restore', () => {
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

  it('says who may instead', () => {
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

  it('lists only the acts that the state knows', () => {
    expect(accountVerdicts(head, 'own', { ...active('operator'), status: 'deleted' }).map(({ name }) => name)).toEqual(['account.restore']);
  });
});

it('every write on a roster is the own unit’s alone', () => {
  const functions = ['teacher.manage'] as const;
  for (const role of ROLES)
    for (const relation of ['own', 'parent', 'above', 'none', 'below'] as const)
      expect(writesRoster(functions, role, relation)).toBe(relation === 'own');
  expect(writesRoster([], 'head', 'own')).toBe(false);
  expect(teacherVerdicts(false, { departed: false, returnable: false, leaving: false }).every(({ allowed }) => !allowed)).toBe(true);
  expect(teacherVerdicts(true, { departed: true, returnable: false, leaving: true }).map(({ name }) => name)).toEqual(['teacher.reveal']);
});

describe('relations of units', () => {
  it.each([
    ['/m/a/', '/m/a/', 'own'],
    ['/m/a/', '/m/a/s/', 'parent'],
    ['/m/', '/m/a/s/', 'above'],
    ['/m/a/s/', '/m/a/', 'below'],
    ['/m/a/', '/m/b/', 'none'],
    ['/m/a/', '/m/b/s/', 'none'],
    ['/m/a/', '/m/ab/', 'none'],
  ] as const)('%s to %s is %s', (actor, target, relation) => expect(relationOf(actor, target)).toBe(relation));

  it('know the nearest unit above both', () => {
    expect([nearestAbove('/m/a/s/', '/m/a/t/'), nearestAbove('/m/a/', '/m/a/t/'), nearestAbove('/m/a/', '/n/b/')]).toEqual([
      'a',
      'a',
      null,
    ]);
  });
});
