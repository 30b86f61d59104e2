/** The detail beside a list: opened from a row, closed with focus back on the row, kept open while it has unsaved input. */
import type { TemplateResult, nothing } from 'lit';
import { ApiError } from '../api/api-error.js';
import { InserviceCloseEvent, InserviceOpenEvent } from '../events.js';
import type { Screen, ScreenHost } from './screen.js';

/** The panel of one row; loaded when the first one opens. */
export interface DetailPanel {
  readonly id: string;
  /** Removes personal data from the screen. */
  forget?(): void;
  onKeydown: (event: KeyboardEvent) => void;
  render(): TemplateResult;
  renderDialog(): TemplateResult | typeof nothing;
}

export class Detail {
  panel: DetailPanel | null = null;
  /** The index of the row from which it was opened. */
  #openedAt = 0;

  constructor(
    private readonly host: ScreenHost,
    private readonly screen: Screen,
    private readonly items: () => readonly { id: string }[],
    private readonly make: (id: string) => Promise<DetailPanel>,
  ) {}

  /** Whether the detail can be closed; asks if there is unsaved input. */
  mayLeave(): boolean {
    return !this.screen.dirty || confirm(this.screen.t.common.unsaved);
  }

  readonly open = async (id: string): Promise<void> => {
    if (this.panel && !this.mayLeave()) return;
    this.screen.setDirty(false);
    this.#openedAt = Math.max(
      this.items().findIndex((item) => item.id === id),
      0,
    );
    try {
      const panel = await this.make(id);
      if (!this.host.isConnected) return;
      this.panel?.forget?.();
      this.panel = panel;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.screen.fail(error, () => void this.open(id));
      return;
    }
    this.host.dispatchEvent(new InserviceOpenEvent(id));
    this.screen.focus('[data-panel-heading]');
  };

  readonly close = (): void => {
    if (!this.panel || !this.mayLeave()) return;
    const { id } = this.panel;
    this.forget();
    this.screen.setDirty(false);
    this.host.dispatchEvent(new InserviceCloseEvent());
    this.screen.focus(this.#wayBack(id));
  };

  /** The row from which it was opened; else the row at its index; else the heading. */
  #wayBack(id: string): string {
    const items = this.items();
    const row = items.find((item) => item.id === id) ?? items[Math.min(this.#openedAt, items.length - 1)];
    return row ? `[data-view="${row.id}"]` : '[data-heading]';
  }

  forget(): void {
    this.panel?.forget?.();
    this.panel = null;
    this.host.requestUpdate();
  }
}
