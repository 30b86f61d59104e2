import { describe, expect, it } from 'vitest';
import { DomainError } from '../domain/errors.js';
import { FairQueue, type Sender } from './fair-queue.js';

/** A queue of which one task runs until it is released; notes the order in which the others begin. */
function heldQueue(waiting: number) {
  const queue = new FairQueue({ running: 1, waiting });
  let release = (): void => undefined;
  const held = queue.run({ flows: ['held'], first: false }, () => new Promise<void>((resolve) => (release = resolve)));
  const order: string[] = [];
  const sent: Promise<string>[] = [];
  const send = (name: string, sender: Partial<Sender> = {}): void => {
    const task = async (): Promise<string> => {
      order.push(name);
      return name;
    };
    sent.push(queue.run({ flows: [name[0]!], first: false, ...sender }, task));
    sent.at(-1)!.catch(() => undefined);
  };
  const finish = async () => {
    await Promise.resolve();
    release();
    await held;
    const results = await Promise.allSettled(sent);
    return { order, dropped: results.filter(({ status }) => status === 'rejected').map((each) => (each as PromiseRejectedResult).reason) };
  };
  return { send, finish };
}

describe('a fair queue', () => {
  it('serves all flows in turn, however many tasks one of them has sent before', async () => {
    const { send, finish } = heldQueue(10);
    for (const name of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']) send(name);
    expect((await finish()).order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('puts a task behind for each of its flows', async () => {
    const { send, finish } = heldQueue(10);
    for (const address of ['1', '2', '3']) send(`x${address}`, { flows: [`address:${address}`, 'account:x'] });
    send('y1', { flows: ['address:1', 'account:y'] });
    send('z4', { flows: ['address:4', 'account:z'] });
    expect((await finish()).order).toEqual(['x1', 'z4', 'x2', 'y1', 'x3']);
  });

  it('drops the task that is furthest behind where too many wait, with the seconds to wait', async () => {
    const { send, finish } = heldQueue(3);
    for (const name of ['a1', 'a2', 'a3', 'b1', 'c1', 'a4']) send(name);
    const { order, dropped } = await finish();
    expect(order).toEqual(['a1', 'b1', 'c1']);
    expect(dropped).toHaveLength(3);
    for (const error of dropped) expect(error).toMatchObject({ code: 'unavailable', details: { retryAfter: 5 } });
    expect(dropped[0]).toBeInstanceOf(DomainError);
  });

  it('serves those who go first before the others, but leaves these every second turn', async () => {
    const { send, finish } = heldQueue(10);
    for (const name of ['a1', 'b1']) send(name);
    for (const name of ['k1', 'k2', 'k3', 'l1']) send(name, { first: true });
    expect((await finish()).order).toEqual(['k1', 'a1', 'l1', 'b1', 'k2', 'k3']);
  });

  it('drops no task that goes first while others wait', async () => {
    const { send, finish } = heldQueue(2);
    for (const name of ['a1', 'b1']) send(name);
    for (const name of ['k1', 'k2', 'k3']) send(name, { first: true });
    expect((await finish()).order).toEqual(['k1', 'k2']);
  });

  it('runs as many at a time as it may, but never two of one flow', async () => {
    const queue = new FairQueue({ running: 2, waiting: 20 });
    const running: string[] = [];
    const seen: string[] = [];
    const task = (flow: string) =>
      queue.run({ flows: [flow], first: false }, async () => {
        running.push(flow);
        seen.push([...running].sort().join(''));
        await new Promise((resolve) => setImmediate(resolve));
        running.splice(running.indexOf(flow), 1);
      });
    await Promise.all(['a', 'a', 'a', 'b', 'b', 'c'].map(task));
    expect(seen.filter((each) => /^(.)\1/.test(each) || each.length > 2)).toEqual([]);
    expect(seen).toContain('ab');
  });

  it('goes on after a task that fails', async () => {
    const queue = new FairQueue({ running: 1, waiting: 5 });
    const failing = queue.run({ flows: ['a'], first: false }, () => Promise.reject(new Error('failed')));
    const next = queue.run({ flows: ['a'], first: false }, async () => 'done');
    await expect(failing).rejects.toThrow('failed');
    expect(await next).toBe('done');
  });
});
