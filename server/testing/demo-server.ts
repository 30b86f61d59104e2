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
  /** Stops the server and starts it again, at the same address and with the same files; `meanwhile` runs between the two. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
}

/** Listens on a free port, unless `env` sets one. `demo`: with the pages of the demo. */
export async function startDemoServer(env: Record<string, string> = {}, { demo = true } = {}): Promise<DemoServer> {
  const folder = await mkdtemp(join(tmpdir(), 'inservice-server-'));
  const file = join(folder, 'kit.sqlite');
  const keys = join(folder, 'kit.keys');
  const settings = readSettings({ PORT: '0', LOG_LEVEL: 'fatal', DATABASE_URL: `file:${file}`, INSERVICE_KEYS: keys, ...env });
  await copyDemoToFile(file, { keys, heads: settings.heads });
  let running = await startServer(settings, { demo });
  const { url } = running;
  return {
    url,
    folder,
    get kit() {
      return running.kit;
    },
    async restart(meanwhile) {
      await running.close();
      await meanwhile?.();
      running = await startServer({ ...settings, port: Number(new URL(url).port) }, { demo });
    },
    async close() {
      await running.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
