import type { Fact, FactType } from '../domain/facts.js';
import type { Consumer } from '../services/core/outbox.js';

export type Listener = (fact: Fact) => void | Promise<void>;

/** `kit.on`: functions of this process that are told of facts. */
export class Listeners implements Consumer {
  readonly id = 'listeners';
  readonly #byType = new Map<FactType, Set<Listener>>();

  get active(): boolean {
    return this.#byType.size > 0;
  }

  wants = (type: FactType): boolean => this.#byType.has(type);

  on(type: FactType, listener: Listener): () => void {
    const listening = this.#byType.get(type) ?? new Set();
    this.#byType.set(type, listening.add(listener));
    return () => {
      listening.delete(listener);
      if (listening.size === 0) this.#byType.delete(type);
    };
  }

  async deliver(payload: unknown): Promise<void> {
    const fact = payload as Fact;
    const listening = this.#byType.get(fact.type);
    // Another instance may have posted it for a listener that this one does not have.
    if (!listening) throw new Error(`nobody listens for ${fact.type} here`);
    for (const listener of listening) await listener(fact);
  }
}
