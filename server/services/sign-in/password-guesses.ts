/**
 * Passwords of callers who are not signed in, with the limits on failures:
 *
 * - by network, for all names together (`addressFailures`): 429;
 * - by log-in and network (`accountFailures`): so that a stranger elsewhere does not keep the owner out;
 * - by log-in, over all networks (`unknownDeviceFailures`): bounds the guesses of many networks;
 * - on a known device by the device alone (`accountFailures`).
 *
 * A log-in that is locked gets the same answer in the same time as a wrong password or an unknown name.
 */
import type { Act } from '../core/act.js';
import { countAttempt, countEvent, takeBack, type RateLimit } from '../core/rate-limit.js';
import { knownDevice, type Login } from './devices.js';

export interface Guess {
  /** Distinguishes the names of accounts and of teachers. */
  kind: 'account' | 'teacher';
  username: string;
  /** Null if there is none of this name. */
  login: Login | null;
  password: string;
  /** The device cookie. */
  device: string | null;
}

export interface GuessOutcome {
  /** The device if it is known. */
  device: string | null;
  result: 'right' | 'wrong' | 'locked';
  /** The counts that a completed sign-in deletes. */
  clearAttempts: string[];
}

/** Limits of a log-in on a device that is not known. */
export function unknownDeviceLimits({ kit: { limits }, network }: Act, id: string): RateLimit[] {
  return [
    { key: `sign-in:${id}:${network}`, most: limits.accountFailures, seconds: limits.accountLockSeconds, extends: true },
    { key: `sign-in:${id}`, most: limits.unknownDeviceFailures, seconds: limits.unknownDeviceSeconds },
  ];
}

/** The limit of failed one-time passwords. Who sends them has the right password, so all networks count together. */
export function codeLimit({ kit: { limits } }: Act, { id }: Login, device: string | null): RateLimit {
  return { key: `sign-in:code:${device ?? id}`, most: limits.accountFailures, seconds: limits.accountLockSeconds, extends: true };
}

function knownDeviceLimit({ kit: { limits } }: Act, device: string): RateLimit {
  return { key: `sign-in:device:${device}`, most: limits.accountFailures, seconds: limits.accountLockSeconds, extends: true };
}

/** The key of names that do not exist. There are 64 of them: strangers cannot fill the table with made-up names. */
export const nobodyOf = ({ kit }: Act, name: string): string => `nobody:${kit.cipher.keyedHash('nobody', name).slice(0, 1)}`;

/**
 * Verifies a password within the limits. Attempts are counted within their turn: those that wait to be verified are no failures.
 * A right password takes its attempts back.
 * @throws DomainError `rate-limited` after too many failures from this network, `unavailable` if too many wait
 */
export async function guessPassword(act: Act, { kind, username, login, password, device: cookie }: Guess): Promise<GuessOutcome> {
  const name = `${kind}:${username.toLowerCase()}`;
  const { limits, passwords } = act.kit;
  const device = knownDevice(act, cookie, login);
  const ofNetwork = { key: `sign-in:network:${act.network}`, most: limits.addressFailures, seconds: limits.addressSeconds };
  const ofLogin = device === null ? unknownDeviceLimits(act, login?.id ?? nobodyOf(act, name)) : [knownDeviceLimit(act, device)];
  // A portal may not know from where its teachers come.
  const comesFrom = kind === 'account' || act.request.from !== null;
  const visible = device === null && comesFrom ? [ofNetwork] : [];

  return passwords.inTurn({ account: name, network: device === null ? act.network : null }, async ({ verify }) => {
    for (const limit of visible) await countAttempt(act, limit);
    let locked = false;
    for (const limit of ofLogin) locked = !(await countEvent(act, limit)) || locked;
    // Verified also where it is locked, so that it takes the same time.
    const fits = await verify(login?.passwordHash ?? null, password);
    const counted = [...visible, ...ofLogin].map(({ key }) => key);
    if (fits) await takeBack(act, counted);
    return { device, result: locked ? 'locked' : fits ? 'right' : 'wrong', clearAttempts: ofLogin.slice(0, 1).map(({ key }) => key) };
  });
}
