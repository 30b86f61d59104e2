/** A worker thread that checks all pages of a large file and reports damage. */
import { constants, platform, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { openReader } from './connection.js';
import { checkPages } from './file.js';

// With low priority, so that the server stays fast. On Linux the priority is the thread's; elsewhere it would be the process's.
if (platform() === 'linux') setPriority(constants.priority.PRIORITY_LOW);

const file = workerData as string;
const db = openReader(file);
try {
  checkPages(db, file);
} catch (error) {
  parentPort!.postMessage((error as Error).message);
} finally {
  db.close();
}
