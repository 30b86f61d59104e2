/** The units, accounts and people of the authority cases, and the relations between them. */

/** The relation of the caller's unit to the target unit. */
export const RELATIONS = ['own', 'parent', 'grandparent', 'child', 'sibling', 'foreign'] as const;
export type CaseRelation = (typeof RELATIONS)[number];

export const ROLES = ['head', 'contact', 'operator'] as const;
export type Role = (typeof ROLES)[number];

export interface AuthorityRequest {
  method: string;
  path: string;
  body?: unknown;
}

export interface AuthorityCase extends AuthorityRequest {
  /** `call on target, role, relation`. */
  name: string;
  /** The user name; null without a sign-in. */
  caller: string | null;
  status: number;
  /** Whether the caller's unit must get an audit entry of the denial. */
  denied: boolean;
  /** Texts that the response must not contain: people of the target unit whom the caller may not see, or only masked. */
  hidden: readonly string[];
}

export type AuthoritySend = (request: AuthorityRequest) => Promise<{ status: number; body: unknown }>;

/** The password of all accounts. */
export const AUTHORITY_PASSWORD = 'authority-Cases-1';
export const UNITS = [
  { code: 'X-M', name: '部', level: 'ministry' },
  { code: 'X-A', name: '甲縣', level: 'county', parentCode: 'X-M' },
  { code: 'X-B', name: '乙縣', level: 'county', parentCode: 'X-M' },
  { code: 'X-A1', name: '甲一校', level: 'school', parentCode: 'X-A' },
  { code: 'X-A2', name: '甲二校', level: 'school', parentCode: 'X-A' },
  { code: 'X-B1', name: '乙一校', level: 'school', parentCode: 'X-B' },
  { code: 'X-A1D', name: '甲一校教務處', level: 'department', parentCode: 'X-A1' },
] as const;

/** The callers by the relation of their unit to the target unit, for a school and for a county. */
export const CALLERS: Record<string, Partial<Record<CaseRelation, string>>> = {
  'X-A1': { own: 'X-A1', parent: 'X-A', grandparent: 'X-M', child: 'X-A1D', sibling: 'X-A2', foreign: 'X-B' },
  'X-A': { own: 'X-A', parent: 'X-M', child: 'X-A1', sibling: 'X-B', foreign: 'X-B1' },
};
export const IN_QUESTION = Object.keys(CALLERS);

/**
 * The accounts of a unit, and the person on its roster. No name is the beginning of another, because the secrets are searched as
 * text.
 */
export const HEAD_KINDS = ['head', 'asks-head'] as const;
export const MEMBER_KINDS = ['contact', 'operator', 'waits', 'rejected', 'deleted'] as const;
export const KINDS = [...HEAD_KINDS, ...MEMBER_KINDS];
type Kind = (typeof KINDS)[number];
const TEACHER = '教師';

export const usernameOf = (unit: string, kind: string): string => `${unit.toLowerCase()}-${kind}`;
const nameOf = (unit: string, who: string): string => `祕${unit.slice(2)}${who}`;
/** A separate number for each, so that a response shows whose data it contains. */
const phoneOf = (unit: string, kind: Kind): string => `02-2${UNITS.findIndex(({ code }) => code === unit)}${KINDS.indexOf(kind)}5-6789`;

/** The unmasked personal data of the account. */
function secretsOfAccount(unit: string, kind: Kind): string[] {
  const username = usernameOf(unit, kind);
  return [nameOf(unit, kind), username, `${username}@secret`, phoneOf(unit, kind)];
}

const secretsOfTeacher = (unit: string): string[] => [nameOf(unit, TEACHER), `teacher-${unit.toLowerCase()}@secret`];

/** Whose data a caller may only see masked: everybody's, or everybody's except the heads'. */
export function secretsOf(unit: string, kinds: readonly Kind[] = KINDS): string[] {
  return [...secretsOfTeacher(unit), ...kinds.flatMap((kind) => secretsOfAccount(unit, kind))];
}

/** The identity numbers come from the caller's generator: `nationalId(n)` returns a valid one of a woman. */
export function authorityField(nationalId: (n: number) => string) {
  const account = (unitCode: string, kind: Kind, role: Role, status: string) => ({
    unitCode,
    username: usernameOf(unitCode, kind),
    password: AUTHORITY_PASSWORD,
    name: nameOf(unitCode, kind),
    sex: 'female',
    title: '組長',
    email: `${usernameOf(unitCode, kind)}@secret.example`,
    phone: phoneOf(unitCode, kind),
    role,
    status,
  });
  return {
    units: UNITS.map((unit) => ({ ...unit })),
    accounts: UNITS.flatMap(({ code }) => [
      ...ROLES.map((role) => account(code, role, role, 'active')),
      account(code, 'waits', 'operator', 'pending'),
      account(code, 'asks-head', 'head', 'pending'),
      account(code, 'rejected', 'contact', 'rejected'),
      account(code, 'deleted', 'operator', 'deleted'),
    ]),
    teachers: UNITS.map(({ code }, n) => ({
      unitCode: code,
      name: nameOf(code, TEACHER),
      sex: 'female',
      nationalId: nationalId(n),
      birthDate: '1985-05-05',
      title: 'teacher',
      email: `teacher-${code.toLowerCase()}@secret.example`,
    })),
  };
}

export interface AuthorityField {
  units: Record<string, string>;
  /** Ids by user name. */
  accounts: Record<string, string>;
  /** The roster entry of each unit. */
  teachers: Record<string, string>;
}

/** Reads the ids as the head of each unit. */
export async function findField(as: (username: string) => AuthoritySend | Promise<AuthoritySend>): Promise<AuthorityField> {
  const field: AuthorityField = { units: {}, accounts: {}, teachers: {} };
  for (const { code } of UNITS) {
    const send = await as(usernameOf(code, 'head'));
    const items = async (path: string) =>
      ((await send({ method: 'GET', path })).body as { items: { id: string; unitId: string; username: string }[] }).items;
    const accounts = [...(await items('/accounts?pageSize=50')), ...(await items('/accounts?pageSize=50&status=deleted'))];
    for (const { id, username, unitId } of accounts) {
      field.accounts[username] = id;
      field.units[code] = unitId;
    }
    field.teachers[code] = (await items('/teachers'))[0]!.id;
  }
  return field;
}

/** The relation of `caller` to another unit. */
export function relationBetween(caller: string, unit: string): CaseRelation {
  const above = (code: string): string[] => {
    const found = UNITS.find((each) => each.code === code);
    return found && 'parentCode' in found ? [found.parentCode, ...above(found.parentCode)] : [];
  };
  if (caller === unit) return 'own';
  const depth = above(unit).indexOf(caller);
  if (depth >= 0) return depth === 0 ? 'parent' : 'grandparent';
  return above(caller).includes(unit) ? 'child' : 'foreign';
}
