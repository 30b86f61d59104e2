import { ContextProvider } from '@lit/context';
import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { Client } from '../api/client.js';
import { Connection, connectionTo } from '../context/connection.js';
import { connectionContext } from '../context/index.js';

/**
 * @summary Hands base URL and sign-in to all elements below it.
 *
 * @slot - The elements.
 */
export class InserviceProvider extends LitElement {
  static override styles = css`
    :host {
      display: contents;
    }
  `;

  /** The URL where the kit is mounted, such as `/inservice`. */
  @property({ attribute: 'base-url' }) baseUrl: string | null = null;
  /** Called for each request; the token is not stored. Without it, `<account-sign-in>` below this provider signs in. */
  @property({ attribute: false }) getToken: (() => Promise<string>) | undefined;
  /** Sends the requests, for example a `fetch` of the host page. */
  @property({ attribute: false }) fetch: typeof fetch | undefined;

  #provider = new ContextProvider(this, { context: connectionContext, initialValue: null });

  /** The shared connection; null until `base-url` is set. */
  get connection(): Connection | null {
    return this.#provider.value;
  }

  get client(): Client | null {
    return this.connection?.client ?? null;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.baseUrl === null || !(changed.has('baseUrl') || changed.has('getToken') || changed.has('fetch'))) return;
    const { baseUrl, getToken, fetch } = this;
    // Elements with the same base URL share one sign-in, inside and outside the provider.
    this.#provider.setValue(getToken || fetch ? new Connection({ baseUrl, getToken, fetch }) : connectionTo(baseUrl));
  }

  /** Makes all elements below read again. */
  reload(): void {
    this.connection?.changed();
  }

  override render(): TemplateResult {
    return html`<slot></slot>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'inservice-provider': InserviceProvider;
  }
}
