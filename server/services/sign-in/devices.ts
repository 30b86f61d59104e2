/**
 * Known devices: browsers in which somebody has signed in to an account before (OWASP, "Slow down online guessing attacks with
 * device cookies"). A device counts its own failures, so that those of strangers do not keep the owner out.
 *
 * The cookie is encrypted, and the server stores nothing of it. A device is known for an account as long as the password is the
 * one that it signed in with: nobody can collect devices while knowing a password, and guess the next one with them.
 */
import type { PasswordHash } from '../../store/records.js';
import type { Act } from '../core/act.js';

/** An account, or the log-in of a teacher. */
export interface Login {
  id: string;
  passwordHash: PasswordHash | null;
}

/** What the cookie holds. Each entry is the id of a log-in and a proof of its password. */
interface DeviceCookie {
  format: 1;
  id: string;
  until: string;
  logins: [id: string, proof: string][];
}

/** Several people may share the computer of an office. */
const MAX_LOGINS = 8;
const BINDING = 'device-cookie';
const PROOF_LENGTH = 22;

const proofOf = ({ kit }: Act, { id, passwordHash }: Login): string =>
  kit.cipher.keyedHash('device', `${id}\n${passwordHash}`).slice(0, PROOF_LENGTH);

function read(act: Act, cookie: string | null): DeviceCookie | null {
  const opened = cookie === null ? null : act.kit.cipher.openOrNull(cookie, BINDING);
  const device = opened === null ? null : (JSON.parse(opened) as DeviceCookie);
  return device?.format === 1 && device.until > act.at ? device : null;
}

/** The id of the device if it is known for this log-in, otherwise null. */
export function knownDevice(act: Act, cookie: string | null, login: Login | null): string | null {
  if (login?.passwordHash == null) return null;
  const device = read(act, cookie);
  const proof = proofOf(act, login);
  return device?.logins.some(([id, held]) => id === login.id && held === proof) ? device.id : null;
}

/** The cookie of a device in which somebody has just signed in, or set a password. */
export function rememberDevice(act: Act, cookie: string | null, login: Login): string {
  const device = read(act, cookie);
  const others = (device?.logins ?? []).filter(([id]) => id !== login.id);
  const remembered: DeviceCookie = {
    format: 1,
    id: device?.id ?? act.newId(),
    until: act.later(act.kit.limits.deviceSeconds),
    logins: [[login.id, proofOf(act, login)], ...others].slice(0, MAX_LOGINS) as DeviceCookie['logins'],
  };
  return act.kit.cipher.seal(JSON.stringify(remembered), BINDING);
}
