/** All faults, in the order in which they are injected. Under none of them may an acknowledged write be lost. */
import * as database from './database-faults.js';
import * as disk from './disk-faults.js';
import { killedInImport } from './import-faults.js';
import * as processes from './process-faults.js';
import type { Fault } from './trial.js';

/** `short`: with the durations that the tests use. */
export function faults(form: 'long' | 'short'): Fault[] {
  return [
    processes.killedAtRandom,
    processes.killedAtWrite,
    processes.killedAtMessage,
    processes.killedInMigration,
    killedInImport,
    disk.powerCut,
    disk.diskFull,
    disk.writeError,
    disk.syncError,
    disk.readOnly,
    disk.postgresDiskFull,
    database.twoProcesses,
    database.heldLock(form === 'long' ? 30_000 : 7_000),
    database.postgresKilled,
    database.postgresRestarted,
    database.postgresPaused,
    database.connectionsExhausted,
    database.statementsCancelled,
    processes.clockSetBack,
    processes.vanishingClients,
    processes.terminated,
    processes.fewHandles,
    database.backupUnderLoad,
  ];
}
