/** A modal dialog in an element: opened with the focus in it; what closes and confirms it never reaches the page. */
import type { ReactiveControllerHost } from 'lit';
import { isComposing } from './composing.js';

export type ModalHost = ReactiveControllerHost & { renderRoot: ParentNode };

export class Modal {
  /** @param selector finds the `<dialog>` among what the element has drawn */
  constructor(
    private readonly host: ModalHost,
    private readonly selector: string,
  ) {}

  get #dialog(): HTMLDialogElement | null {
    return this.host.renderRoot.querySelector<HTMLDialogElement>(this.selector);
  }

  /** Opens once it is drawn, with focus on what `focus` finds in it. */
  open(focus: string): void {
    this.host.requestUpdate();
    void this.host.updateComplete.then(() => {
      this.#dialog?.showModal();
      this.#dialog?.querySelector<HTMLElement>(focus)?.focus();
    });
  }

  close(): void {
    this.#dialog?.close();
    this.host.requestUpdate();
  }

  readonly onKeydown = (event: KeyboardEvent): void => {
    if (!isComposing(event) && (event.key === 'Escape' || event.key === 'Enter')) event.stopPropagation();
  };
}
