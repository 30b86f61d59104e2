/** The common part of the details of an account and of a roster entry. */
import { html, type ReactiveElement, type TemplateResult } from 'lit';
import type { Codes, TrailEntry } from '../../server/contract/wire.js';
import type { TrailAction } from '../../server/domain/trail.js';
import type { ApiError } from '../api/api-error.js';
import type { Client, Sending } from '../api/client.js';
import type { Screen } from '../controllers/screen.js';
import { addStyles } from '../styles/add-styles.js';
import { facts } from '../styles/facts.js';
import { panel } from '../styles/panel.js';
import { trailList } from './trail-list.js';

interface Heading {
  name: string;
  badge: TemplateResult;
  beside: unknown;
  /** The label of the back button if the detail replaces the list. */
  back: string;
  close: () => void;
}

export function panelTop({ t, level }: Screen, { name, badge, beside, back, close }: Heading): TemplateResult {
  return html`<button class="btn quiet back" part="button" type="button" @click=${close}>${back}</button>
    <div class="top">
      <div>
        <div class="subtitle" id="panel-heading" role="heading" aria-level=${level + 1} tabindex="-1" data-panel-heading>${name}</div>
        ${badge} <span class="muted">${beside}</span>
      </div>
      <button class="btn quiet" part="button" type="button" aria-label=${t.common.close} @click=${close}>✕</button>
    </div>`;
}

export function fact(label: string, value: unknown): TemplateResult {
  return html`<dt>${label}</dt>
    <dd>${value}</dd>`;
}

interface Versioned {
  id: string;
  version: number;
}

/** A write to one record, with its id and the version that was read. */
export type WriteOf<T extends Versioned> = (client: Client, more: Sending & Versioned) => Promise<T>;

interface Written<T> {
  /** Shows the current record. */
  show: (thing: T) => void;
  said: (thing: T) => string;
  undo?: (() => Promise<void>) | undefined;
  /** Failures that are not shown in the error box. */
  quiet?: ((error: ApiError) => boolean) | undefined;
}

/** Writes one record, shows the result and moves focus to its heading; null if it was saved. */
export async function actOn<T extends Versioned>(
  screen: Screen,
  action: TrailAction,
  { id, version }: T,
  call: WriteOf<T>,
  { show, said, undo, quiet }: Written<T>,
): Promise<ApiError | null> {
  const send = (client: Client, more: Sending): Promise<T> => call(client, { ...more, id, version });
  const acted = await screen.act(action, [id], send, quiet ? { quiet } : {});
  if (!acted.ok) {
    const current = acted.error.current<T>();
    if (current && !quiet) show(current);
    return acted.error;
  }
  show(acted.value);
  screen.saved(said(acted.value), undo);
  screen.focus('[data-panel-heading]');
  return null;
}

/** The audit entries of the record, newest first. */
export class PanelTrail {
  #entries: readonly TrailEntry[] = [];

  constructor(
    private readonly host: ReactiveElement,
    private readonly screen: Screen,
    private readonly codes: Codes | null = null,
  ) {
    addStyles(host, facts, panel);
  }

  async read({ id, unitId }: { id: string; unitId: string }): Promise<void> {
    const page = await this.screen.client.call('GET /audit', { query: { unit: unitId, target: id } }).catch(() => null);
    this.#entries = page?.items ?? [];
    this.host.requestUpdate();
  }

  render(): TemplateResult {
    const { t, locale } = this.screen;
    return html`<hr />
      <details open>
        <summary>${t.common.trail}</summary>
        ${trailList({ t, codes: this.codes, locale }, this.#entries)}
      </details>`;
  }
}
