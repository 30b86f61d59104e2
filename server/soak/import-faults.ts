/**
 * Kills of the server during the commit and the undo of an import. All of it must be in the roster or nothing, in agreement
 * with the state of the import.
 */
import { MadeUpPeople } from '../reference/made-up.js';
import { Rig, type Engine, type ServerProcess } from './rig.js';
import { pause, type Fault, type Trial } from './trial.js';

const ROWS = 400;
const HEADINGS = ['姓名', '性別', '身分證字號', '出生年月日', '職稱', '單位註記'];

type State = 'staged' | 'committed' | 'undone';
interface ImportResponse {
  status: number;
  body: { id?: string; state?: State; total?: number; counts?: { new: number } } | null;
}

class Imports {
  #people = new MadeUpPeople(4_711);
  #count = 0;

  constructor(private readonly rig: Rig) {}

  #send = async (url: string, method: string, path: string, body?: unknown): Promise<ImportResponse> =>
    (await this.rig.workload.send(url, method, path, body)) as ImportResponse;

  /** Stages a list of new people, whose names begin with `namePrefix`. */
  async stage(url: string): Promise<{ id: string; namePrefix: string }> {
    const namePrefix = `list-${this.#count++}-`;
    const rows = Array.from({ length: ROWS }, (_, n) => {
      const { sex, nationalId, birthDate } = this.#people.person();
      return [`${namePrefix}${n}`, sex, nationalId, birthDate, '導師', ''];
    });
    const { status, body } = await this.#send(url, 'POST', '/teachers/imports', { cells: [HEADINGS, ...rows] });
    if (status !== 201) throw new Error(`the list is not staged: status ${status}`);
    return { id: body!.id!, namePrefix };
  }

  commit = (url: string, id: string): Promise<ImportResponse> =>
    this.#send(url, 'POST', `/teachers/imports/${id}/commit`, { mode: 'all-or-nothing' });
  undo = (url: string, id: string): Promise<ImportResponse> => this.#send(url, 'POST', `/teachers/imports/${id}/undo`);

  async stateOf(url: string, id: string): Promise<State> {
    return (await this.#send(url, 'GET', `/teachers/imports/${id}`)).body!.state!;
  }

  async countOnRoster(url: string, namePrefix: string): Promise<number> {
    return (await this.#send(url, 'GET', `/teachers?q=${encodeURIComponent(namePrefix)}&pageSize=1`)).body!.total!;
  }
}

/** Kills the server at a random moment of a commit or undo, starts another, and compares the import's state with the roster. */
async function killDuring(
  rig: Rig,
  imports: Imports,
  server: ServerProcess,
  { id, namePrefix }: { id: string; namePrefix: string },
  [action, before, after]: readonly ['commit' | 'undo', State, State],
  usualMs: number,
): Promise<{ server: ServerProcess; state: State; trial: Trial }> {
  const responded = imports[action](server.url, id);
  await pause(Math.random() * usualMs);
  server.kill('SIGKILL');
  const [{ status }, { signal }] = await Promise.all([responded, server.ended]);
  const next = await rig.start();
  const state = await imports.stateOf(next.url, id);
  const count = await imports.countOnRoster(next.url, namePrefix);
  const { database, chain } = await rig.withStore((store) => store.verify());
  const expected = state === 'committed' ? ROWS : 0;
  const lost = status === 200 && state !== after ? 1 : 0;
  const findings = [
    ...(lost ? [`the ${action} was acknowledged, but the import is ${state}`] : []),
    ...(state !== before && state !== after ? [`the import is ${state} after its ${action}`] : []),
    ...(count === expected ? [] : [`the import is ${state}, but ${count} of its ${ROWS} people are on the roster`]),
    ...database,
    ...(chain.fault ? [`trail: ${chain.fault.what}`] : []),
  ];
  const trial = {
    hit: signal === 'SIGKILL',
    acknowledged: status === 200 ? 1 : 0,
    lost,
    halfDone: findings.length - lost,
    recoveredMs: next.startedInMs,
    findings,
  };
  return { server: next, state, trial };
}

async function* run(engine: Engine, times: number): AsyncGenerator<Trial> {
  const rig = await Rig.make(engine, 105);
  try {
    const imports = new Imports(rig);
    let server: ServerProcess = await rig.start();
    await rig.workload.signIn(server.url);
    // Measures the durations, so that the kills fall within them.
    const first = await imports.stage(server.url);
    const measure = async (action: () => Promise<ImportResponse>): Promise<number> => {
      const startMs = performance.now();
      const { status } = await action();
      if (status !== 200) throw new Error(`unexpected status ${status}`);
      return performance.now() - startMs;
    };
    const commitMs = await measure(() => imports.commit(server.url, first.id));
    const undoMs = await measure(() => imports.undo(server.url, first.id));
    for (let n = 0; n < times; n++) {
      const list = await imports.stage(server.url);
      const commit = await killDuring(rig, imports, server, list, ['commit', 'staged', 'committed'], commitMs);
      server = commit.server;
      yield commit.trial;
      if (commit.state === 'staged') await imports.commit(server.url, list.id);
      const undo = await killDuring(rig, imports, server, list, ['undo', 'committed', 'undone'], undoMs);
      server = undo.server;
      yield undo.trial;
    }
  } finally {
    await rig.end();
  }
}

export const killedInImport: Fault = {
  name: 'kill -9 during the commit of an import, and during its undo',
  engines: ['SQLite', 'PostgreSQL'],
  times: { long: 50, short: 2 },
  run,
};
