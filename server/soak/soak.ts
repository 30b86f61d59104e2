/**
 * `npm run soak`: injects each fault repeatedly on each engine where it exists, and compares the database with the clients'
 * ledger after it.
 *
 *     npm run soak -- [--only WORDS] [--times N]
 */
import { parseArgs } from 'node:util';
import { startCluster } from '../testing/postgres.js';
import { powerCutWithoutSync, powerCut } from './disk-faults.js';
import { faults } from './faults.js';
import { summaryOf, type FaultSummary } from './trial.js';

const { values } = parseArgs({ options: { only: { type: 'string' }, times: { type: 'string' } } });
const print = (text: string): void => void process.stdout.write(`${text}\n`);

const HEADINGS = ['fault', 'engine', 'hits', 'missed', 'acknowledged', 'lost', 'half done', 'recovered in'];
const WIDTHS = [50, 12, 6, 7, 13, 5, 10, 12];
const row = (cells: readonly unknown[]): string => cells.map((cell, index) => String(cell).padEnd(WIDTHS[index]!)).join('');

function report({ fault, engine, hits, missed, acknowledged, lost, halfDone, recoveredMs, findings }: FaultSummary): void {
  print(row([fault, engine, hits, missed, acknowledged, lost, halfDone, `${(recoveredMs / 1000).toFixed(2)} s`]));
  for (const finding of findings.slice(0, 5)) print(`    ${finding}`);
}

const cluster = await startCluster({ max_connections: '200', deadlock_timeout: '200ms' });
process.env['INSERVICE_TEST_POSTGRES'] = cluster.url();
let failed = 0;
try {
  print(row(HEADINGS));
  for (const fault of faults('long')) {
    if (values.only !== undefined && !fault.name.includes(values.only)) continue;
    const reason = fault.reasonUnavailable?.() ?? null;
    if (reason !== null) {
      print(`${fault.name}: not tried, ${reason}`);
      failed++;
      continue;
    }
    for (const engine of fault.engines) {
      const times = values.times === undefined ? fault.times.long : Number(values.times);
      const summary = await summaryOf(fault, engine, times).catch((error: unknown) => {
        print(`${fault.name}, ${engine}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        return null;
      });
      if (summary) report(summary);
      if (!summary || summary.hits === 0 || summary.lost > 0 || summary.halfDone > 0) failed++;
    }
    if (fault === powerCut) {
      // Control: without syncs the same fault must lose writes. SQLite sometimes syncs its WAL all the same, hence three runs.
      const controls = [await powerCutWithoutSync(), await powerCutWithoutSync(), await powerCutWithoutSync()];
      for (const { acknowledged, lost, refused } of controls)
        print(
          `    with synchronous=NORMAL the same cut loses ${lost} of ${acknowledged}; the next start ${refused ? 'refuses' : 'accepts'} it`,
        );
      if (!controls.some(({ lost }) => lost > 0) || controls.some(({ lost, refused }) => lost > 0 && !refused)) failed++;
    }
  }
  print(failed === 0 ? 'nothing lost, nothing half done' : `${failed} faults with a finding`);
} finally {
  await cluster.stop();
}
process.exitCode = failed === 0 ? 0 : 1;
