/** A thread that looks at every page of a large file and says what is not whole. */
import { constants, platform, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { openReader } from './connection.js';
import { refuseDamage } from './file.js';

// It may take its time. On Linux a thread has a priority of its own; elsewhere this would slow the whole process.
if (platform() === 'linux') setPriority(constants.priority.PRIORITY_LOW);

const file = workerData as string;
const db = openReader(file);
try {
  refuseDamage(db, file);
} catch (error) {
  parentPort!.postMessage((error as Error).message);
} finally {
  db.close();
}
