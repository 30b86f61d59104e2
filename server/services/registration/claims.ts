/** Claims: a teacher becomes the owner of a pending roster entry, by an invitation or because an integration vouches for the teacher. */
import { randomInt } from 'node:crypto';
import { vouches } from '../../domain/authority.js';
import { DomainError, fieldError } from '../../domain/errors.js';
import { maskNationalId, readNationalId } from '../../domain/national-id.js';
import { hasLeft } from '../../domain/teachers.js';
import { isWithin } from '../../domain/units.js';
import type { Claimed } from '../../contract/wire.js';
import type { TeacherLoginRecord, TeacherRecord, UnitRecord } from '../../store/records.js';
import type { Act, Fields } from '../core/act.js';
import { draftAuditEntry, denied } from '../core/audit.js';
import { changeOf, guardsOf } from '../core/change.js';
import type { Reply } from '../core/exchange.js';
import { limitFailures } from '../core/rate-limit.js';
import { rememberDevice } from '../sign-in/devices.js';
import { guessPassword } from '../sign-in/password-guesses.js';
import { mustBeGood } from '../sign-in/password-rules.js';
import { hashOf } from '../core/secrets.js';
import { readableIdentity, targetOf } from '../roster/teacher-view.js';

/** All failures get the same answer, which reveals neither whether a number is on file nor what is wrong. */
const refused = (): DomainError => new DomainError('registration-failed');

interface Identity {
  nationalId: string;
  birthDate: string;
}

/** The pending entry of a person, if identity number and birth date match. */
async function waitingEntry(act: Act, { nationalId, birthDate }: Identity): Promise<{ teacher: TeacherRecord; unit: UnitRecord } | null> {
  const id = readNationalId(nationalId);
  const person = id.ok ? await act.store.personByNumber(act.kit.cipher.indexes(id.value)) : null;
  const teacher = person && (await act.store.teacher(person.teacherId));
  const unit = teacher && (await act.store.unit(teacher.unitId));
  if (!teacher || !unit || teacher.status !== 'pending' || hasLeft(teacher.departure, act.today)) return null;
  return readableIdentity(act.kit.cipher, teacher)?.birthDate === birthDate ? { teacher, unit } : null;
}

const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
/** Prefix of the user names of teachers who sign in elsewhere (manual, step 3). */
const roamingName = (): string => `RM_${Array.from({ length: 10 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')}`;

type Login = Pick<TeacherLoginRecord, 'issuer' | 'subject' | 'usernameKey' | 'passwordHash'>;

async function claim(
  act: Act,
  { teacher, unit }: { teacher: TeacherRecord; unit: UnitRecord },
  username: string,
  how: Login,
  codeHash: string | null,
): Promise<Reply<Claimed>> {
  const roams = how.issuer !== null;
  const after: TeacherRecord = {
    ...teacher,
    username,
    status: roams ? 'roaming' : 'active',
    noticeVersion: act.kit.notice.version,
    noticeAt: act.at,
    version: teacher.version + 1,
    updatedAt: act.at,
    updatedBy: act.maybeCaller ? act.by : null,
  };
  const login: TeacherLoginRecord = {
    id: act.newId(),
    unitId: unit.id,
    teacherId: teacher.id,
    personId: teacher.personId,
    at: act.at,
    ...how,
  };
  const auditEntry = draftAuditEntry(act, 'teacher.claim', targetOf(after), {
    unitId: unit.id,
    before: { status: teacher.status },
    after: { status: after.status, ...(roams ? { issuer: how.issuer } : {}) },
  });
  const reply: Reply<Claimed> = { as: 'ok', body: { status: after.status, username, unitName: unit.name } };
  const pathGuard = { kind: 'path' as const, unitId: unit.id, path: unit.path };
  const guards = act.maybeCaller ? guardsOf(act, unit) : [pathGuard];
  await act.store.claimTeacher(after, login, codeHash, changeOf(act, guards, [auditEntry], reply));
  return reply;
}

/** Refuses a log-in that belongs to another person. The person's own log-in from an earlier school is kept. */
async function mustBeFree(
  act: Act,
  { personId }: TeacherRecord,
  by: { issuer: string; subject: string } | { username: string },
): Promise<void> {
  const existingLogin = await act.store.teacherLogin(by);
  if (existingLogin && existingLogin.personId !== personId) throw 'username' in by ? taken() : refused();
  if ('username' in by && (await act.store.accountByUsername(by.username))) throw taken();
}

const taken = (): DomainError => new DomainError('username-taken', { errors: [{ path: 'username', code: 'duplicate' }] });

/**
 * Limits the failures of claims under each of the keys. Those with similar numbers count together for as long as look-ups do, so
 * that nobody finds what a mask hides by claims.
 * @param unitId the unit whose invitation or integration it is; null where there is no such invitation, so that every claim fails
 */
function trying<T>(
  act: Act,
  keys: readonly string[],
  unitId: string | null,
  { nationalId }: Identity,
  claimed: () => Promise<T>,
): Promise<T> {
  const { claims, claimSeconds, lookups, lookupSeconds } = act.kit.limits;
  const limits = keys.map((key) => ({ key, most: claims, seconds: claimSeconds }));
  if (unitId === null) return limitFailures(act, limits, claimed);
  const mask = maskNationalId(readNationalId(nationalId).value);
  const similar = `claim:similar:${act.kit.cipher.fingerprint(`claim\n${unitId}\n${mask}`)}`;
  return limitFailures(act, [...limits, { key: similar, most: lookups, seconds: lookupSeconds }], claimed);
}

/** A claim by the invited person, who has signed in with an outside identity or chooses a user name and a password. */
export async function claimByInvitation(
  act: Act,
  fields: Fields<Identity & { invitation: string; username?: string | undefined; password?: string | undefined }>,
): Promise<Reply<Claimed>> {
  const { invitation: code, username, password, ...identity } = fields();
  const { outside } = act;
  if (!outside && username === undefined) throw fieldError('username', 'required');
  if (!outside && password === undefined) throw fieldError('password', 'required');
  if (!outside) await mustBeGood(act.kit, password!, 'password', username!);
  const codeHash = hashOf(code);
  const invitation = await act.store.invitation(codeHash);
  // Made-up invitations are limited by network alone, so that they cannot fill the table of attempts.
  const keys = [`claim:network:${act.network}`, ...(invitation ? [`claim:invitation:${codeHash}`] : [])];
  return trying(act, keys, invitation?.unitId ?? null, identity, async () => {
    const found = await waitingEntry(act, identity);
    const fits = invitation !== null && invitation.expiresAt > act.at && found?.teacher.id === invitation.teacherId;
    if (!fits || !found) throw refused();
    await mustBeFree(act, found.teacher, outside ?? { username: username! });
    if (outside) return claim(act, found, roamingName(), { ...outside, usernameKey: null, passwordHash: null }, codeHash);
    const hashingFor = { account: found.teacher.id, network: null };
    const passwordHash = await act.kit.passwords.inTurn(hashingFor, ({ hash }) => hash(password!));
    return claim(act, found, username!, { issuer: null, subject: null, usernameKey: username!.toLowerCase(), passwordHash }, codeHash);
  });
}

/** A claim by an integration, for a person whose identity it has checked. */
export async function claimByIntegration(
  act: Act,
  fields: Fields<Identity & { issuer: string; subject: string; username?: string | undefined }>,
): Promise<Reply<Claimed>> {
  const { id, unitId } = act.integration;
  await act.exchange.checkPreconditions();
  const { issuer, subject, username, ...identity } = fields();
  // All tokens of a unit share one limit: whoever makes tokens could otherwise go on with the next one.
  return trying(act, [`claim:unit:${unitId}`], unitId, identity, async () => {
    const bound = await act.store.unit(unitId);
    const found = await waitingEntry(act, identity);
    const { functions, role } = act.caller;
    const may =
      found !== null &&
      bound !== null &&
      isWithin(found.unit.path, bound.path) &&
      vouches(functions, role, act.relationTo(bound)) &&
      vouches(functions, role, act.relationTo(found.unit));
    const existingLogin = await act.store.teacherLogin({ issuer, subject });
    if (!may || (existingLogin && existingLogin.personId !== found.teacher.personId))
      throw await denied(act, 'teacher.claim', { type: 'integration', id, name: act.integration.name }, 'registration-failed');
    if (username !== undefined) await mustBeFree(act, found.teacher, { username });
    return claim(act, found, username ?? roamingName(), { issuer, subject, usernameKey: null, passwordHash: null }, null);
  });
}

export interface TeacherIdentity {
  teacherId: string;
  personId: string;
  unitId: string;
  name: string;
  /** For a cookie of the browser, and for the next `signInTeacher` from it. */
  device: string;
}

/**
 * The teacher with this user name and password, for a portal's own pages. An unknown name, a wrong password, and a
 * locked or departed teacher get the same answer in the same time. Failures are limited as at the sign-in of an account.
 * @param cookie the `device` of an earlier answer
 */
export async function signInTeacher(act: Act, username: string, password: string, cookie: string | null): Promise<TeacherIdentity | null> {
  const login = await act.store.teacherLogin({ username });
  const teacher = login && (await act.store.teacher(login.teacherId));
  const { result } = await guessPassword(act, { kind: 'teacher', username, login, password, device: cookie });
  const enters = result === 'right' && teacher !== null && !hasLeft(teacher.departure, act.today);
  if (!teacher || !login || result === 'locked') {
    await act.store.ping();
    return null;
  }
  const target = { type: 'teacher' as const, id: teacher.id, name: teacher.name };
  const auditEntry = draftAuditEntry(act, enters ? 'session.create' : 'session.fail', target, {
    unitId: teacher.unitId,
    outcome: enters ? 'done' : 'denied',
  });
  await act.store.record({ guards: [], trail: [auditEntry] });
  if (!enters) return null;
  const { id: teacherId, personId, unitId, name } = teacher;
  return { teacherId, personId, unitId, name, device: rememberDevice(act, cookie, login) };
}
