/**
 * Requests from the schemas against a running installation: right ones, nearly right ones, rubbish, by everybody, about
 * everything. What must hold: no 5xx, no answer off its schema, nothing changed by a refusal; and that the right ones are
 * answered at all, with each status that is declared.
 */
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { join } from 'node:path';
import type { Call } from '../contract/call.js';
import { calls, type CallName } from '../contract/calls.js';
import { demoData } from '../reference/demo-data.js';
import { install, type Client } from '../testing/installation.js';
import { startMailbox } from '../testing/mailbox.js';
import { fitting, pathPart, queryOf, spoilt } from './arbitraries.js';
import { SITE, World, type Asked, type Clients } from './world.js';

export interface Findings {
  requests: number;
  /** What must not be: each with the request. */
  faults: string[];
  /** For each call how often it was asked, and how often it was answered with 2xx. */
  answered: Map<string, { asked: number; fine: number; statuses: Set<number> }>;
}

const MANY = 1_000_000_000;
/** Of ten requests: asked rightly, as the schema says, spoilt. */
const KINDS = ['right', 'right', 'right', 'right', 'fitting', 'fitting', 'spoilt', 'spoilt', 'spoilt', 'elsewhere'] as const;

function clerk(username: string, name: string) {
  return { ...demoData().accounts!.find((each) => each.username === 'lin-contact')!, username, name, email: `${username}@example.test` };
}

/** Calls after which somebody may have to sign in again. */
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
  let shift = 0;
  const data = demoData();
  data.accounts!.push(clerk('peng-clerk', '彭小姐'), clerk('feng-clerk', '馮小姐'));
  const limits = Object.fromEntries(
    [
      'addressFailures',
      'accountFailures',
      'applications',
      'claims',
      'lookups',
      'reveals',
      'searches',
      'resets',
      'files',
      'exports',
      'sessionIdleSeconds',
    ].map((name) => [name, MANY]),
  );
  const unforeseen: string[] = [];
  const at = await install({
    ...{
      data,
      limits: { ...limits, sessionSeconds: 30 * 24 * 3600 },
      origins: [SITE],
      mail: { transport: mailbox.url, from: 'kit@example.test' },
    },
    onInternalError: (error) => void unforeseen.push(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  });
  const pass = (ms: number): void => {
    shift += ms;
    at.pass(ms);
  };
  const findings: Findings = { requests: 0, faults: [], answered: new Map() };
  const db = new Database(join(at.folder, 'kit.sqlite'), { readonly: true });
  const digest = db
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
    const world = await World.make(at, mailbox, pass, () => Date.now() + shift);
    const all = Object.entries(calls) as unknown as [CallName, Call][];
    const each = Math.ceil(requests / all.length);
    for (const [name, call] of all) {
      const tally = { asked: 0, fine: 0, statuses: new Set<number>() };
      findings.answered.set(name, tally);
      const inputs = fc.sample(inputOf(call), { numRuns: each, seed: seed + tally.asked + name.length });
      for (const [turn, input] of inputs.entries()) {
        const kind = KINDS[turn % KINDS.length]!;
        const right = await world.rightly[name]();
        const asked = kind === 'right' ? right : ask(world, call, right, kind, input);
        const before = digest.all().join(' ');
        findings.requests++;
        tally.asked++;
        try {
          const answer = await asked.client.send(call.method.toUpperCase(), asked.path, asked);
          const { status } = answer;
          if (status < 300) tally.fine++;
          tally.statuses.add(status);
          if (status >= 500) findings.faults.push(`${describe(name, call, asked)}: ${status}`);
          if (status >= 400 && digest.all().join(' ') !== before)
            findings.faults.push(`${describe(name, call, asked)}: ${status}, and something changed`);
          if (kind === 'right' && status >= 300 && findings.faults.length < 20 && status !== 429)
            findings.faults.push(
              `${describe(name, call, asked)}: asked rightly, answered ${status} ${JSON.stringify(answer.body).slice(0, 300)}`,
            );
          if (kind === 'elsewhere' && ENDS_SESSIONS.has(name)) await world.renew();
        } catch (error) {
          findings.faults.push(`${describe(name, call, asked)}: ${error instanceof Error ? error.message.slice(0, 300) : String(error)}`);
        }
      }
    }
    // What /readyz declares for a database that cannot be had.
    await at.kit.store.close();
    const { status } = await at.anyone.get('/readyz');
    findings.answered.get('ready')!.statuses.add(status);
    findings.faults.push(...unforeseen.filter((said) => !/closed|outbox/.test(said)).slice(0, 10));
  } finally {
    db.close();
    await at.end();
    await mailbox.end();
  }
  return findings;
}

function inputOf(call: Call) {
  return fc.record({
    fits: call.body ? fitting(call.body) : fc.constant(undefined),
    spoilt: call.body ? spoilt(call.body) : fc.constantFrom(undefined, undefined, {}),
    query: queryOf(call.query, true),
    spoiltQuery: queryOf(call.query, false),
    who: fc.constantFrom('head', 'contact', 'operator', 'county', 'other', 'ministry', 'anyone'),
    etag: fc.constantFrom(undefined, '"1"', 'W/"1"', '"0"', '*', 'rubbish', '"1", "2"'),
    key: fc.constantFrom(undefined, undefined, 'once', 'k'.repeat(256)),
    part: pathPart,
    pick: fc.nat(),
    wholeQuery: fc.boolean(),
  });
}

type Input = fc.Arbitrary<unknown> extends never ? never : ReturnType<typeof inputOf> extends fc.Arbitrary<infer T> ? T : never;

function ask(world: World, call: Call, right: Asked, kind: 'fitting' | 'spoilt' | 'elsewhere', input: Input): Asked {
  const [path] = right.path.split('?') as [string];
  const known = [world.units, world.accounts, world.teachers][input.pick % 3]!;
  const id = input.pick % 4 === 0 ? input.part : known[input.pick % known.length]!;
  const client: Client = world.clients[input.who as keyof Clients];
  switch (kind) {
    // By whoever may, with fields as the schema says.
    case 'fitting':
      return { ...right, path: call.query ? `${path}${input.query}` : right.path, ...(call.body ? { body: input.fits } : {}) };
    case 'spoilt':
      return {
        ...right,
        path: call.query ? `${path}${input.spoiltQuery}` : right.path,
        ...(call.body ? { body: input.spoilt } : {}),
        etag: input.pick % 2 ? right.etag : input.etag,
      };
    // By somebody, about something.
    case 'elsewhere':
      return {
        client,
        path: `${call.path.replace(/:\w+/g, () => encodeURI(id))}${call.query ? input.query : ''}`,
        ...(call.body ? { body: input.pick % 2 ? input.fits : right.body } : {}),
        etag: input.etag,
      };
  }
}

function describe(name: string, call: Call, { path, body }: Asked): string {
  return `${name} ${call.method.toUpperCase()} ${path.slice(0, 200)} ${JSON.stringify(body)?.slice(0, 300) ?? ''}`;
}
