/** The kit's sign-in page in a window. A sign-in here lets the page that opened it act for the user. */
import { css, html, LitElement, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import type { Me } from '../../server/contract/wire.js';
import type { ApiError } from '../api/api-error.js';
import { configure } from '../context/connection.js';
import { define } from '../define.js';
import { Screen, type ScreenHost } from '../controllers/screen.js';
import { controls } from '../styles/controls.js';
import { forms } from '../styles/forms.js';
import { tokens } from '../styles/tokens.js';
import { AccountSignIn } from './account-sign-in.js';

// The page is at `<base>/sign-in`.
configure({ baseUrl: location.pathname.replace(/\/sign-in$/, '') || '/' });
define('account-sign-in', AccountSignIn);

const isUnlisted = ({ code }: ApiError): boolean => code === 'origin-not-allowed';

class SignInHandOver extends LitElement implements ScreenHost {
  static override styles = [
    tokens,
    controls,
    forms,
    css`
      .body {
        padding: 0 1.5rem 1.5rem;
      }
      account-sign-in {
        border: 0;
      }
    `,
  ];

  @state() private me: Me | null = null;
  @state() private message = '';

  #screen = new Screen(this);
  #query = new URLSearchParams(location.search);

  override connectedCallback(): void {
    super.connectedCallback();
    // Without a session the page shows the form again. The connection is there after the first update.
    void this.updateComplete.then(() => this.#screen.connection!.addEventListener('ended', () => (this.me = null)));
  }

  async reload(): Promise<void> {
    this.me = await this.#screen.connection!.me().catch(() => null);
    // A tab that was opened for a provider: the page that waits finds the session.
    if (!this.me || this.#query.has('origin')) return;
    this.message = this.#screen.t.signIn.handed;
    window.close();
  }

  #allow = async (): Promise<void> => {
    const { t } = this.#screen;
    const origin = this.#query.get('origin') ?? '';
    const body = { origin, challenge: this.#query.get('challenge') ?? '' };
    const acted = await this.#screen.act('session.create', [], (client) => client.call('POST /session/code', { body, once: true }), {
      quiet: isUnlisted,
    });
    if (!acted.ok) {
      if (isUnlisted(acted.error)) this.message = t.signIn.unlisted(origin);
      return;
    }
    // Sent only to this exact origin, which the server has just checked.
    const message = { type: 'inservice-sign-in', state: this.#query.get('state'), code: acted.value.code };
    (window.opener as Window | null)?.postMessage(message, origin);
    this.message = t.signIn.handed;
    window.close();
  };

  override render(): TemplateResult {
    const { t } = this.#screen;
    const origin = this.#query.get('origin') ?? '';
    if (!this.me?.account) return html`<account-sign-in heading-level="1"></account-sign-in>${this.#screen.render()}`;
    return html`<header><div class="title" role="heading" aria-level="1">${t.signIn.title}</div></header>
      ${this.#screen.render()}
      <div class="body form">
        ${
          this.message
            ? html`<p role="status">${this.message}</p>`
            : html`<p>${t.signIn.signedIn(this.me.account.name)}</p>
                <p><strong>${t.signIn.allow(origin)}</strong></p>
                <p class="hint">${t.signIn.allowHelp}</p>
                <div class="acts">
                  <button class="btn primary" type="button" @click=${this.#allow}>${t.signIn.allowYes}</button>
                  <button class="btn" type="button" @click=${() => window.close()}>${t.signIn.allowNo}</button>
                </div>`
        }
      </div>`;
  }
}

define('sign-in-hand-over', SignInHandOver);
