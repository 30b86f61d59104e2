/** An act that the end of the session has interrupted: it waits until the same person has signed in again. */
export class Interruption {
  #settle: ((again: boolean) => void) | null = null;

  /** Waits; false if the act is given up, or if the user types or clicks in the element. */
  async wait(root: ParentNode): Promise<boolean> {
    const over = new AbortController();
    const again = await new Promise<boolean>((resolve) => {
      this.#settle = resolve;
      // The sign-in may be an element of this very screen.
      const onUse = (event: Event): void => {
        const target = event.target as Element;
        if (target === event.composedPath()[0] && !target.closest('[data-error]')) resolve(false);
      };
      for (const type of ['input', 'click']) root.addEventListener(type, onUse, over);
    });
    over.abort();
    this.#settle = null;
    return again;
  }

  /** Sends the act again, or gives it up; false if none waits. */
  settle(again: boolean): boolean {
    this.#settle?.(again);
    return this.#settle !== null;
  }
}
