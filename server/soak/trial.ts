/** The result of one trial of a fault, and the totals over its trials. */
import type { Engine, Rig, ServerProcess } from './rig.js';

export interface Trial {
  /** Whether there is evidence that the fault happened: an exit by its signal, its error in a log, a refused connection. */
  hit: boolean;
  acknowledged: number;
  lost: number;
  halfDone: number;
  recoveredMs: number;
  findings: string[];
}

export interface Fault {
  name: string;
  engines: readonly Engine[];
  /** Number of trials in `npm run soak` (`long`) and in the tests (`short`). */
  times: { long: number; short: number };
  /** Why the fault cannot be injected on this machine; null where it can. */
  reasonUnavailable?: () => string | null;
  /** Runs all trials on one installation. */
  run(engine: Engine, times: number): AsyncGenerator<Trial>;
}

export interface FaultSummary {
  fault: string;
  engine: Engine;
  /** Trials in which the fault happened. */
  hits: number;
  /** Trials in which it did not. */
  missed: number;
  acknowledged: number;
  lost: number;
  halfDone: number;
  /** The slowest recovery. */
  recoveredMs: number;
  findings: string[];
}

export async function summaryOf(fault: Fault, engine: Engine, times: number): Promise<FaultSummary> {
  const summary: FaultSummary = {
    fault: fault.name,
    engine,
    hits: 0,
    missed: 0,
    acknowledged: 0,
    lost: 0,
    halfDone: 0,
    recoveredMs: 0,
    findings: [],
  };
  for await (const { hit, acknowledged, lost, halfDone, recoveredMs, findings } of fault.run(engine, times)) {
    if (hit) summary.hits++;
    else summary.missed++;
    summary.acknowledged += acknowledged;
    summary.lost += lost;
    summary.halfDone += halfDone;
    summary.recoveredMs = Math.max(summary.recoveredMs, recoveredMs);
    summary.findings.push(...findings);
  }
  return summary;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until so many more writes are acknowledged; returns false where that takes longer than the timeout. */
export async function waitForAcknowledged(rig: Rig, more: number, timeoutMs = 15_000): Promise<boolean> {
  const goal = rig.ledger.acknowledged + more;
  const deadlineMs = performance.now() + timeoutMs;
  while (rig.ledger.acknowledged < goal) {
    if (performance.now() > deadlineMs) return false;
    await pause(10);
  }
  return true;
}

/** After a fault that ended the server: starts another, repeats the registrations without a response, and judges the database. */
export async function restartAndJudge(rig: Rig, hit: boolean): Promise<{ server: ServerProcess; trial: Trial }> {
  const server = await rig.start();
  await rig.repeatOpenRegistrations(server);
  return { server, trial: { hit, recoveredMs: server.startedInMs, ...(await rig.judge()) } };
}

/** After a fault that the server survived: waits until it writes again, repeats the registrations without a response, and judges. */
export async function resumeAndJudge(rig: Rig, server: { url: string }, hit: boolean): Promise<Trial> {
  const startMs = performance.now();
  await rig.underLoad([server], () => waitForAcknowledged(rig, 1, 60_000), 1);
  const recoveredMs = performance.now() - startMs;
  await rig.repeatOpenRegistrations(server);
  return { hit, recoveredMs, ...(await rig.judge()) };
}
