/** What a try of a fault is judged by, and the sum over its tries. */
import type { Engine, Rig, ServerProcess } from './rig.js';

export interface Trial {
  /** Whether the fault was seen to hit: an exit by its signal, its error in a log, a refused connection. */
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
  /** Tries in the long form and in the tests' short one. */
  times: { long: number; short: number };
  /** Why it cannot be tried on this machine; null where it can. */
  missing?: () => string | null;
  /** All tries on one installation. */
  run(engine: Engine, times: number): AsyncGenerator<Trial>;
}

export interface Sum {
  fault: string;
  engine: Engine;
  tried: number;
  missed: number;
  acknowledged: number;
  lost: number;
  halfDone: number;
  /** The slowest recovery. */
  recoveredMs: number;
  findings: string[];
}

export async function sumOf(fault: Fault, engine: Engine, times: number): Promise<Sum> {
  const sum: Sum = {
    ...{ fault: fault.name, engine, tried: 0, missed: 0, acknowledged: 0, lost: 0, halfDone: 0, recoveredMs: 0 },
    findings: [],
  };
  for await (const { hit, acknowledged, lost, halfDone, recoveredMs, findings } of fault.run(engine, times)) {
    if (hit) sum.tried++;
    else sum.missed++;
    sum.acknowledged += acknowledged;
    sum.lost += lost;
    sum.halfDone += halfDone;
    sum.recoveredMs = Math.max(sum.recoveredMs, recoveredMs);
    sum.findings.push(...findings);
  }
  return sum;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until so many more writes are acknowledged, or the patience ends. */
export async function acknowledged(rig: Rig, more: number, patienceMs = 15_000): Promise<boolean> {
  const goal = rig.ledger.acknowledged + more;
  const until = performance.now() + patienceMs;
  while (rig.ledger.acknowledged < goal) {
    if (performance.now() > until) return false;
    await pause(10);
  }
  return true;
}

/** After a fault that ended the server: starts another, asks again what is open, and judges. */
export async function recover(rig: Rig, hit: boolean): Promise<{ server: ServerProcess; trial: Trial }> {
  const server = await rig.start();
  await rig.askAgain(server);
  return { server, trial: { hit, recoveredMs: server.startedInMs, ...(await rig.judge()) } };
}

/** After a fault that the server outlived: waits until it writes again, asks again what is open, and judges. */
export async function outlive(rig: Rig, server: { url: string }, hit: boolean): Promise<Trial> {
  const began = performance.now();
  await rig.underLoad([server], () => acknowledged(rig, 1, 60_000), 1);
  const recoveredMs = performance.now() - began;
  await rig.askAgain(server);
  return { hit, recoveredMs, ...(await rig.judge()) };
}
