/** One cluster for a whole test run; its address goes to the tests by the environment. */
import { startCluster } from './postgres.js';

export async function setup(): Promise<() => Promise<void>> {
  const cluster = await startCluster({ deadlock_timeout: '100ms', max_connections: '200' });
  process.env['INSERVICE_TEST_POSTGRES'] = cluster.url();
  return () => cluster.stop();
}
