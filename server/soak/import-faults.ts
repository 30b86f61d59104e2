/** A staff list whose server is killed while it is imported, or taken back: all of it or nothing, and its page tells which. */
import { MadeUpPeople } from '../reference/made-up.js';
import { Rig, type Engine, type ServerProcess } from './rig.js';
import { pause, type Fault, type Trial } from './trial.js';

const ROWS = 400;
const HEADINGS = ['姓名', '性別', '身分證字號', '出生年月日', '職稱', '單位註記'];

type State = 'staged' | 'committed' | 'undone';
interface Answer {
  status: number;
  body: { id?: string; state?: State; total?: number; counts?: { new: number } } | null;
}

class Lists {
  #people = new MadeUpPeople(4_711);
  #count = 0;

  constructor(private readonly rig: Rig) {}

  #send = async (url: string, method: string, path: string, body?: unknown): Promise<Answer> =>
    (await this.rig.workload.send(url, method, path, body)) as Answer;

  /** A list of people who are nowhere yet. Answers its id and the mark that they bear. */
  async stage(url: string): Promise<{ id: string; mark: string }> {
    const mark = `list-${this.#count++}-`;
    const lines = Array.from({ length: ROWS }, (_, n) => {
      const { sex, nationalId, birthDate } = this.#people.person();
      return [`${mark}${n}`, sex, nationalId, birthDate, '導師', ''];
    });
    const { status, body } = await this.#send(url, 'POST', '/teachers/imports', { cells: [HEADINGS, ...lines] });
    if (status !== 201) throw new Error(`the list is not staged: ${status}`);
    return { id: body!.id!, mark };
  }

  commit = (url: string, id: string): Promise<Answer> =>
    this.#send(url, 'POST', `/teachers/imports/${id}/commit`, { mode: 'all-or-nothing' });
  undo = (url: string, id: string): Promise<Answer> => this.#send(url, 'POST', `/teachers/imports/${id}/undo`);

  async stateOf(url: string, id: string): Promise<State> {
    return (await this.#send(url, 'GET', `/teachers/imports/${id}`)).body!.state!;
  }

  async onRoster(url: string, mark: string): Promise<number> {
    return (await this.#send(url, 'GET', `/teachers?q=${encodeURIComponent(mark)}&pageSize=1`)).body!.total!;
  }
}

/** Kills the server somewhere in an act, starts another, and holds its page against the roster. */
async function killedIn(
  rig: Rig,
  lists: Lists,
  server: ServerProcess,
  { id, mark }: { id: string; mark: string },
  [act, before, after]: readonly ['commit' | 'undo', State, State],
  ms: number,
): Promise<{ server: ServerProcess; state: State; trial: Trial }> {
  const answered = lists[act](server.url, id);
  await pause(Math.random() * ms);
  server.kill('SIGKILL');
  const [{ status }, { signal }] = await Promise.all([answered, server.ended]);
  const next = await rig.start();
  const state = await lists.stateOf(next.url, id);
  const count = await lists.onRoster(next.url, mark);
  const { database, chain } = await rig.withStore((store) => store.verify());
  const expected = state === 'committed' ? ROWS : 0;
  const lost = status === 200 && state !== after ? 1 : 0;
  const findings = [
    ...(lost ? [`${act} was acknowledged, and the list is ${state}`] : []),
    ...(state !== before && state !== after ? [`the list is ${state} after its ${act}`] : []),
    ...(count === expected ? [] : [`the list is ${state}, and ${count} of its ${ROWS} people are on the roster`]),
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
    const lists = new Lists(rig);
    let server: ServerProcess = await rig.start();
    await rig.workload.signIn(server.url);
    // How long each takes when nobody is in its way.
    const first = await lists.stage(server.url);
    const timed = async (act: () => Promise<Answer>): Promise<number> => {
      const began = performance.now();
      const { status } = await act();
      if (status !== 200) throw new Error(`answered ${status}`);
      return performance.now() - began;
    };
    const committing = await timed(() => lists.commit(server.url, first.id));
    const undoing = await timed(() => lists.undo(server.url, first.id));
    for (let n = 0; n < times; n++) {
      const list = await lists.stage(server.url);
      const killed = await killedIn(rig, lists, server, list, ['commit', 'staged', 'committed'], committing);
      server = killed.server;
      yield killed.trial;
      if (killed.state === 'staged') await lists.commit(server.url, list.id);
      const taken = await killedIn(rig, lists, server, list, ['undo', 'committed', 'undone'], undoing);
      server = taken.server;
      yield taken.trial;
    }
  } finally {
    await rig.end();
  }
}

export const killedInImport: Fault = {
  name: 'kill -9 in an import and in its undo',
  engines: ['SQLite', 'PostgreSQL'],
  times: { long: 50, short: 2 },
  run,
};
