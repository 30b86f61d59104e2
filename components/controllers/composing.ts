/** Text as it is typed, and not as an input method composes it: search waits until a word is there. */

export const PAUSE_MS = 300;

/** Whether a key belongs to an input method. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Calls `changed` with what was typed, 300 ms after the last key and never in the middle of a composition. */
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
