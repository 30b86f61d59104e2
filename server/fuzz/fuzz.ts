/**
 * Sends requests that are generated from the schemas to a running installation: valid ones, nearly valid ones and garbage, by
 * every caller, about every record. Expected: no 5xx, no response that violates its schema, and no change by a refused
 * request; every prepared request succeeds, and each declared status occurs.
 */
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { join } from 'node:path';
import type { Call } from '../contract/call.js';
import { calls, type CallName } from '../contract/calls.js';
import { demoData } from '../reference/demo-data.js';
import { loadInstallation } from '../reference/load.js';
import { install, type Client } from '../testing/installation.js';
import { startMailbox } from '../testing/mailbox.js';
import { invalidValueOf, pathSegment, queryOf, validValueOf } from './arbitraries.js';
import { Fixture, PAGE_ORIGIN, type Clients, type FuzzRequest, type MakeRequest } from './fixture.js';
import { rosterRequests } from './roster-requests.js';
import { signInRequests } from './sign-in-requests.js';
import { unitRequests } from './unit-requests.js';

export interface Tally {
  requests: number;
  successes: number;
  statuses: Set<number>;
}

export interface Findings {
  requests: number;
  /** Each with its request. */
  faults: string[];
  /** By the name of the call. */
  tallies: Map<string, Tally>;
}

const UNLIMITED = 1_000_000_000;
/**
 * The kinds of ten requests: `prepared` by the fixture, of which each must succeed; with a body that is `valid` or `invalid`
 * by the schema; by any caller about any record (`anywhere`).
 */
const KINDS = ['prepared', 'prepared', 'prepared', 'prepared', 'valid', 'valid', 'invalid', 'invalid', 'invalid', 'anywhere'] as const;

function contactAccount(username: string, name: string) {
  return { ...demoData().accounts!.find((each) => each.username === 'lin-contact')!, username, name, email: `${username}@example.test` };
}

/** Calls that may end the session of one of the clients. */
const ENDS_SESSIONS = new Set<CallName>([
  'signOut',
  'endSession',
  'changePassword',
  'confirmSecondFactor',
  'endSecondFactor',
  'deleteAccount',
  'switchRole',
]);

export async function fuzz(requests: number, seed: number): Promise<Findings> {
  const mailbox = await startMailbox();
  let clockShiftMs = 0;
  const limits = Object.fromEntries(
    [
      'addressFailures',
      'accountFailures',
      'unknownDeviceFailures',
      'applications',
      'claims',
      'lookups',
      'allLookups',
      'reveals',
      'searches',
      'resets',
      'files',
      'exports',
      'sessionIdleSeconds',
    ].map((name) => [name, UNLIMITED]),
  );
  const internalErrors: string[] = [];
  const installation = await install({
    limits: { ...limits, invalidBodies: 1_000_000, sessionSeconds: 30 * 24 * 3600 },
    origins: [PAGE_ORIGIN],
    mail: { transport: mailbox.url, from: 'kit@example.test' },
    onInternalError: (error) => void internalErrors.push(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  });
  const advanceClock = (ms: number): void => {
    clockShiftMs += ms;
    installation.pass(ms);
  };
  const findings: Findings = { requests: 0, faults: [], tallies: new Map() };
  const db = new Database(join(installation.folder, 'kit.sqlite'), { readonly: true });
  const digestQuery = db
    .prepare(
      ['units', 'accounts', 'teachers', 'transfers', 'persons']
        .map((table) => `select count(*) || '.' || coalesce(sum(version), 0) as d from ${table}`)
        .concat(
          ['identities', 'person_numbers', 'teacher_logins', 'invitations', 'imports', 'handovers'].map(
            (table) => `select count(*) || '' from ${table}`,
          ),
        )
        .concat("select count(*) || '.' || count(ended_at) from integrations")
        .join(' union all '),
    )
    .pluck();
  try {
    await loadInstallation(installation.kit.internals, {
      accounts: [contactAccount('peng-clerk', '彭小姐'), contactAccount('feng-clerk', '馮小姐')],
    });
    const fixture = await Fixture.create(installation, mailbox, advanceClock, () => Date.now() + clockShiftMs);
    // A call without a valid request does not compile.
    const makeRequest: Record<CallName, MakeRequest> = {
      ...signInRequests(fixture),
      ...unitRequests(fixture),
      ...rosterRequests(fixture),
    };
    const all = Object.entries(calls) as unknown as [CallName, Call][];
    const requestsPerCall = Math.ceil(requests / all.length);
    for (const [name, call] of all) {
      const tally: Tally = { requests: 0, successes: 0, statuses: new Set() };
      findings.tallies.set(name, tally);
      const inputs = fc.sample(inputOf(call), { numRuns: requestsPerCall, seed: seed + name.length });
      for (const [index, input] of inputs.entries()) {
        const kind = KINDS[index % KINDS.length]!;
        const prepared = await makeRequest[name]();
        const request = kind === 'prepared' ? prepared : variantOf(fixture, call, prepared, kind, input);
        const description = describe(name, call, request);
        const digestBefore = digestQuery.all().join(' ');
        findings.requests++;
        tally.requests++;
        try {
          const { status, body } = await request.client.send(call.method.toUpperCase(), request.path, request);
          if (status < 300) tally.successes++;
          tally.statuses.add(status);
          if (status >= 500) findings.faults.push(`${description}: ${status}`);
          if (status >= 400 && digestQuery.all().join(' ') !== digestBefore)
            findings.faults.push(`${description}: ${status}, but the database changed`);
          if (kind === 'prepared' && status >= 300 && findings.faults.length < 20 && status !== 429)
            findings.faults.push(`${description}: the prepared request got ${status} ${JSON.stringify(body).slice(0, 300)}`);
          if (kind === 'anywhere' && ENDS_SESSIONS.has(name)) await fixture.renewSessions();
        } catch (error) {
          findings.faults.push(`${description}: ${error instanceof Error ? error.message.slice(0, 300) : String(error)}`);
        }
      }
    }
    // The status that /readyz declares for an unavailable database.
    await installation.kit.store.close();
    const { status } = await installation.anyone.get('/readyz');
    findings.tallies.get('ready')!.statuses.add(status);
    findings.faults.push(...internalErrors.filter((error) => !/closed|outbox/.test(error)).slice(0, 10));
  } finally {
    db.close();
    await installation.end();
    await mailbox.end();
  }
  return findings;
}

function inputOf(call: Call) {
  return fc.record({
    validBody: call.body ? validValueOf(call.body) : fc.constant(undefined),
    invalidBody: call.body ? invalidValueOf(call.body) : fc.constantFrom(undefined, undefined, {}),
    validQuery: queryOf(call.query, 'valid'),
    invalidQuery: queryOf(call.query, 'invalid'),
    client: fc.constantFrom('head', 'contact', 'operator', 'county', 'other', 'ministry', 'anyone'),
    etag: fc.constantFrom(undefined, '"1"', 'W/"1"', '"0"', '*', 'rubbish', '"1", "2"'),
    key: fc.constantFrom(undefined, undefined, 'once', 'k'.repeat(256)),
    pathSegment,
    pick: fc.nat(),
    wholeQuery: fc.boolean(),
  });
}

type Input = ReturnType<typeof inputOf> extends fc.Arbitrary<infer T> ? T : never;

function variantOf(fixture: Fixture, call: Call, prepared: FuzzRequest, kind: 'valid' | 'invalid' | 'anywhere', input: Input): FuzzRequest {
  const [path] = prepared.path.split('?') as [string];
  switch (kind) {
    case 'valid':
      return {
        ...prepared,
        path: call.query ? `${path}${input.validQuery}` : prepared.path,
        ...(call.body ? { body: input.validBody } : {}),
      };
    case 'invalid':
      return {
        ...prepared,
        path: call.query ? `${path}${input.invalidQuery}` : prepared.path,
        ...(call.body ? { body: input.invalidBody } : {}),
        etag: input.pick % 2 ? prepared.etag : input.etag,
      };
    case 'anywhere': {
      const known = [fixture.units, fixture.accounts, fixture.teachers][input.pick % 3]!;
      const id = input.pick % 4 === 0 ? input.pathSegment : known[input.pick % known.length]!;
      const client: Client = fixture.clients[input.client as keyof Clients];
      return {
        client,
        path: `${call.path.replace(/:\w+/g, () => encodeURI(id))}${call.query ? input.validQuery : ''}`,
        ...(call.body ? { body: input.pick % 2 ? input.validBody : prepared.body } : {}),
        etag: input.etag,
      };
    }
  }
}

function describe(name: string, call: Call, { path, body }: FuzzRequest): string {
  return `${name} ${call.method.toUpperCase()} ${path.slice(0, 200)} ${JSON.stringify(body)?.slice(0, 300) ?? ''}`;
}
