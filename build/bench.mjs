// `npm run bench`: what an import costs, and what it costs the others, on a file of 300,000 teachers; side by side in one run.
//     npm run bench -- [--teachers 300000] [--rows 5000] [--times 3] [--data FOLDER | --postgres]
// With --data a folder is kept and used again: filling it takes minutes. With --postgres a cluster is started for it. The first time is a server's first after its start,
// while it still looks through the pages of its file.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { MadeUpPeople } = await import('../dist/server/reference/made-up.js');
const { startCluster } = await import('../dist/server/testing/postgres.js');
const text = { type: 'string' };
const { values } = parseArgs({ options: { teachers: text, rows: text, times: text, data: text, postgres: { type: 'boolean' } } });
const teachers = values.teachers ?? '300000';
const rows = Number(values.rows ?? '5000');
const times = Number(values.times ?? '3');
const cluster = values.postgres ? await startCluster() : null;
const folder = values.data ?? mkdtempSync(join(tmpdir(), 'inservice-bench-'));
const env = {
  ...process.env,
  DATABASE_URL: cluster ? await cluster.create() : `file:${join(folder, 'kit.sqlite')}`,
  INSERVICE_KEYS: join(folder, 'keys'),
  INSERVICE_HEADS: join(folder, 'heads'),
  LOG_LEVEL: 'warn',
  PORT: '0',
};
const cli = [join(root, 'dist/server/reference/cli.js')];

/** Fills the database if it is new. */
function fill() {
  if (!cluster && existsSync(join(folder, 'kit.sqlite'))) return;
  console.log(`loading ${teachers} made-up teachers …`);
  mkdirSync(folder, { recursive: true });
  const json = join(folder, 'nation.json');
  for (const args of [
    [join(root, 'build/nation.mjs'), json, '4000', teachers],
    [...cli, 'load', json],
  ]) {
    const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  }
}

let server = null;
let url = '';
async function start() {
  server = spawn(process.execPath, [...cli, 'serve'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  url = await new Promise((resolve) => {
    let log = '';
    server.stdout.on('data', (bytes) => {
      log += String(bytes);
      const found = /listens at (\S+),/.exec(log)?.[1];
      if (found) resolve(found);
    });
  });
}

const signIn = async (username) => {
  const headers = { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' };
  const body = JSON.stringify({ username, password: `made-up ${username} 2026` });
  const answer = await fetch(`${url}/api/session`, { method: 'POST', headers, body });
  const cookie = answer.headers.get('set-cookie').split(';')[0];
  return (method, path, sent, more = {}) =>
    fetch(`${url}/api${path}`, {
      method,
      headers: {
        'Sec-Fetch-Site': 'same-origin',
        Cookie: cookie,
        ...(typeof sent === 'string' ? { 'Content-Type': 'application/json' } : {}),
        ...more,
      },
      ...(sent === undefined ? {} : { body: sent }),
    });
};

const at = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
const sorted = (times) => [...times].sort((a, b) => a - b);
/** `alone`: the same calls without other work. A call is late by the time above the median of those. */
const told = (times, alone) => {
  const found = sorted(times);
  const late = at(found, 1) - at(sorted(alone), 0.5);
  const ms = [0.5, 0.99, 1].map((part) => at(found, part).toFixed(1));
  return `${found.length} asked, half within ${ms[0]} ms, 99 of 100 within ${ms[1]}, slowest ${ms[2]}: late by ${late.toFixed(1)}`;
};

/** A clerk of another school, who sends one request after the other during the measured work. */
async function beside(client, act) {
  const reads = [];
  const writes = [];
  let going = true;
  const timed = async (into, call) => {
    const began = performance.now();
    await (await call()).text();
    into.push(performance.now() - began);
  };
  const reading = (async () => {
    while (going) await timed(reads, () => client('GET', '/teachers?pageSize=10'));
  })();
  const writing = (async () => {
    const people = new MadeUpPeople(Math.floor(Math.random() * 1e6));
    while (going) {
      const { name, sex, nationalId, birthDate } = people.person();
      await timed(writes, () => client('POST', '/teachers', JSON.stringify({ name, sex, nationalId, birthDate, title: 'teacher' })));
    }
  })();
  const began = performance.now();
  const value = await act();
  const ms = performance.now() - began;
  going = false;
  await Promise.all([reading, writing]);
  return { ms, value, reads, writes };
}

async function tried(clerk, other) {
  const people = new MadeUpPeople(Date.now() % 100_000);
  const lines = Array.from({ length: rows }, () => {
    const { name, sex, nationalId, birthDate } = people.person();
    return [name, sex === 'male' ? '男' : '女', nationalId, birthDate, '導師'].join(',');
  });
  const form = new FormData();
  form.append('file', new File([`\ufeff姓名,性別,身分證字號,出生年月日,職稱\r\n${lines.join('\r\n')}`], 'list.csv'));
  const alone = await beside(other, () => new Promise((resolve) => setTimeout(resolve, 2_000)));
  const staged = await beside(other, async () => (await clerk('POST', '/teachers/imports', form)).json());
  const { id, counts } = staged.value;
  const body = JSON.stringify({ mode: 'valid' });
  const committed = await beside(other, async () => (await clerk('POST', `/teachers/imports/${id}/commit`, body)).json());
  const undone = await beside(other, async () => (await clerk('POST', `/teachers/imports/${id}/undo`)).json());
  console.log(`${JSON.stringify(counts)}, ${committed.value.state}, ${undone.value.state}`);
  for (const [what, { ms, reads, writes }] of Object.entries({
    'nothing else': alone,
    'dry run': staged,
    commit: committed,
    undo: undone,
  })) {
    console.log(`${what}: ${ms.toFixed(0)} ms\n  reads: ${told(reads, alone.reads)}\n  writes: ${told(writes, alone.writes)}`);
  }
}

try {
  fill();
  await start();
  const [clerk, other] = await Promise.all(['head3', 'head4'].map(signIn));
  console.log(`${rows} rows on ${teachers} teachers; another school's clerk beside it`);
  for (let run = 1; run <= times; run++) {
    console.log(`— ${run} of ${times}`);
    await tried(clerk, other);
  }
} finally {
  if (server?.exitCode === null) {
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
  await cluster?.stop();
  if (!values.data) rmSync(folder, { recursive: true, force: true });
}
