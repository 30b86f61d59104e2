/** A thread that looks at every page of a large file and says what is not whole. */
import { parentPort, workerData } from 'node:worker_threads';
import { openReader } from './connection.js';
import { refuseDamage } from './file.js';

const file = workerData as string;
const db = openReader(file);
try {
  refuseDamage(db, file);
} catch (error) {
  parentPort!.postMessage((error as Error).message);
} finally {
  db.close();
}
