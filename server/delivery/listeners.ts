import type { Fact, FactType } from '../domain/facts.js';
import type { Consumer } from '../services/core/outbox.js';

export type Listener = (fact: Fact) => void | Promise<void>;

/** Delivers facts to the functions that this process registered with `kit.on`. */
export class Listeners implements Consumer {
  readonly id = 'listeners';
  readonly #byType = new Map<FactType, Set<Listener>>();

  get active(): boolean {
    return this.#byType.size > 0;
  }

  wants = (type: FactType): boolean => this.#byType.has(type);

  on(type: FactType, listener: Listener): () => void {
    const listeners = this.#byType.get(type) ?? new Set();
    this.#byType.set(type, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#byType.delete(type);
    };
  }

  async deliver(payload: unknown): Promise<void> {
    const fact = payload as Fact;
    const listeners = this.#byType.get(fact.type);
    // Another instance may have written the fact for a listener that this instance does not have.
    if (!listeners) throw new Error(`this instance has no listener for ${fact.type}`);
    for (const listener of listeners) await listener(fact);
  }
}
