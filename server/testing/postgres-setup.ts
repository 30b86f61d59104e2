/** Starts one cluster and creates the folder of the templates for a test run. The tests get both by environment variables. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster } from './postgres.js';

export async function setup(): Promise<() => Promise<void>> {
  const templates = mkdtempSync(join(tmpdir(), 'inservice-templates-'));
  process.env['INSERVICE_TEST_TEMPLATES'] = templates;
  const cluster = await startCluster({ deadlock_timeout: '100ms', max_connections: '200' });
  process.env['INSERVICE_TEST_POSTGRES'] = cluster.url();
  return async () => {
    await cluster.stop();
    rmSync(templates, { recursive: true, force: true });
  };
}
