/**
 * `npm run soak`: each fault so many times on each engine where it exists, judged by the clients' own ledger.
 *
 *     npm run soak -- [--only WORDS] [--times N]
 */
import { parseArgs } from 'node:util';
import { startCluster } from '../testing/postgres.js';
import { lostWithoutSync, powerCut } from './disk-faults.js';
import { faults } from './faults.js';
import { sumOf, type Sum } from './trial.js';

const { values } = parseArgs({ options: { only: { type: 'string' }, times: { type: 'string' } } });
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const HEADINGS = ['fault', 'engine', 'tried', 'missed', 'acknowledged', 'lost', 'half done', 'recovered in'];
const WIDTHS = [50, 12, 6, 7, 13, 5, 10, 12];
const row = (cells: readonly unknown[]): string => cells.map((cell, at) => String(cell).padEnd(WIDTHS[at]!)).join('');

function report({ fault, engine, tried, missed, acknowledged, lost, halfDone, recoveredMs, findings }: Sum): void {
  say(row([fault, engine, tried, missed, acknowledged, lost, halfDone, `${(recoveredMs / 1000).toFixed(2)} s`]));
  for (const finding of findings.slice(0, 5)) say(`    ${finding}`);
}

const cluster = await startCluster({ max_connections: '200', deadlock_timeout: '200ms' });
process.env['INSERVICE_TEST_POSTGRES'] = cluster.url();
let failed = 0;
try {
  say(row(HEADINGS));
  for (const fault of faults('long')) {
    if (values.only !== undefined && !fault.name.includes(values.only)) continue;
    const missing = fault.missing?.() ?? null;
    if (missing !== null) {
      say(`${fault.name}: not tried, ${missing}`);
      failed++;
      continue;
    }
    for (const engine of fault.engines) {
      const times = values.times === undefined ? fault.times.long : Number(values.times);
      const sum = await sumOf(fault, engine, times).catch((error: unknown) => {
        say(`${fault.name}, ${engine}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        return null;
      });
      if (sum) report(sum);
      if (!sum || sum.tried === 0 || sum.lost > 0 || sum.halfDone > 0) failed++;
    }
    if (fault === powerCut) {
      // Now and then SQLite syncs its WAL all the same, so one cut may find nothing.
      const bites = [await lostWithoutSync(), await lostWithoutSync(), await lostWithoutSync()];
      for (const { acknowledged, lost, refused } of bites)
        say(
          `    with synchronous=NORMAL the same cut loses ${lost} of ${acknowledged}; the next start ${refused ? 'refuses' : 'accepts'} it`,
        );
      if (!bites.some(({ lost }) => lost > 0) || bites.some(({ lost, refused }) => lost > 0 && !refused)) failed++;
    }
  }
  say(failed === 0 ? 'nothing lost, nothing half done' : `${failed} faults with a finding`);
} finally {
  await cluster.stop();
}
process.exitCode = failed === 0 ? 0 : 1;
