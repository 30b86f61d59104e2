/** The self-hosted server for a test, with the demo data in a temporary folder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type RunningServer } from '../reference/server.js';
import { readSettings } from '../reference/settings.js';
import { copyDemoToFile } from './demo-copy.js';

export interface DemoServer extends RunningServer {
  /** A temporary folder, deleted when the server is closed. */
  folder: string;
}

/** Listens on a free port, unless `env` sets one. `demo`: with the pages of the demo. */
export async function startDemoServer(env: Record<string, string> = {}, { demo = true } = {}): Promise<DemoServer> {
  const folder = await mkdtemp(join(tmpdir(), 'inservice-server-'));
  const file = join(folder, 'kit.sqlite');
  const keys = join(folder, 'kit.keys');
  const settings = readSettings({ PORT: '0', LOG_LEVEL: 'fatal', DATABASE_URL: `file:${file}`, INSERVICE_KEYS: keys, ...env });
  await copyDemoToFile(file, { keys, heads: settings.heads });
  const server = await startServer(settings, { demo });
  return {
    ...server,
    folder,
    async close() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
