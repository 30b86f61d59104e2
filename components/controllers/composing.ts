/** Input without intermediate text of an input method: a search waits until the composition ends. */

export const PAUSE_MS = 300;

/** Whether a key belongs to an input method. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Calls `changed` with the input, 300 ms after the last key and never during a composition. */
export class TypedText {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly changed: (text: string) => void) {}

  onInput = (event: Event): void => {
    if ((event as InputEvent).isComposing) return;
    this.#later((event.target as HTMLInputElement).value);
  };

  onCompositionEnd = (event: Event): void => this.#later((event.target as HTMLInputElement).value);

  cancel(): void {
    clearTimeout(this.#timer);
  }

  #later(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.changed(text), PAUSE_MS);
  }
}
