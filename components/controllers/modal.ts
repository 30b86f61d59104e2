/** A modal dialog in an element. It opens with focus inside; its close and submit events do not reach the page. */
import type { ReactiveControllerHost } from 'lit';
import { addStyles } from '../styles/add-styles.js';
import { dialog } from '../styles/dialog.js';
import { rest } from './rest.js';
import { isComposing } from './composing.js';

export type ModalHost = ReactiveControllerHost & { renderRoot: ParentNode };

export class Modal {
  /**
   * @param selector finds the `<dialog>` in the element
   */
  constructor(
    private readonly host: ModalHost,
    private readonly selector: string,
  ) {
    addStyles(host, dialog);
  }

  get #dialog(): HTMLDialogElement | null {
    return this.host.renderRoot.querySelector<HTMLDialogElement>(this.selector);
  }

  /** Opens after it is rendered, with focus on the element that `focus` finds. */
  open(focus: string): void {
    this.host.requestUpdate();
    void this.host.updateComplete.then(() => {
      this.#dialog?.showModal();
      rest();
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
