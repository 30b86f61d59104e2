import '../i18n/more.js';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { Me, Providers } from '../../server/contract/wire.js';
import { ApiError } from '../api/api-error.js';
import type { Client } from '../api/client.js';
import { Screen, type ScreenHost } from '../controllers/screen.js';
import { InserviceReadyEvent } from '../events.js';
import { textIn, type PartialMessages } from '../i18n/locale.js';
import { textField, type FormState } from '../parts/fields.js';
import { body, shortForm } from '../styles/body.js';
import { controls } from '../styles/controls.js';
import { forms } from '../styles/forms.js';
import { tokens } from '../styles/tokens.js';
import { askForCode, type CodeAnswer } from './pop-up.js';

/**
 * @summary Signs in: by user name and password on the kit's own site, by a window of it on another site.
 *
 * @slot - Shown before the script runs, or without it.
 * @event {InserviceReadyEvent} inservice-ready - Who is signed in is known.
 * @event {InserviceBeforeEvent} inservice-before - Before somebody signs in or out; cancelable.
 * @event {InserviceDoneEvent} inservice-done - Somebody signed in or out.
 * @event {InserviceErrorEvent} inservice-error - A call failed.
 */
export class AccountSignIn extends LitElement implements ScreenHost {
  static override styles = [
    tokens,
    controls,
    forms,
    body,
    shortForm,
    css`
      .provider {
        inline-size: 100%;
        justify-content: center;
        text-align: center;
      }
    `,
  ];

  /** The URL where the kit is mounted, such as `/inservice`. */
  @property({ attribute: 'base-url' }) baseUrl: string | null = null;
  /** Level of the element's heading. */
  @property({ type: Number, attribute: 'heading-level' }) headingLevel = 2;
  /** The page for a forgotten password; the kit's own page by default. */
  @property({ attribute: 'recover-url' }) recoverUrl: string | null = null;
  /** A client of the host page, instead of `base-url`. */
  @property({ attribute: false }) client: Client | undefined;
  /** Overrides for any of the texts. */
  @property({ attribute: false }) messages: PartialMessages | undefined;

  @state() private me: Me | null = null;
  @state() private form: FormState = { values: {}, faults: {} };
  @state() private fault = '';
  /** Why a sign-in at a provider failed. */
  @state() private outcome = '';
  /** The sign-in methods; null until they are known, and with an older server. */
  @state() private ways: Providers | null = null;
  /** The password was right, and a code is required. */
  @state() private asksCode = false;
  @state() private opening = false;
  /** The session had ended, and the page waits for a sign-in: a provider opens in a tab of its own, so that the input stays. */
  @state() private ended = false;

  #screen = new Screen(this);
  #waiting: AbortController | null = null;
  #connected: AbortController | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#waiting?.abort();
    this.#connected?.abort();
    this.#connected = null;
  }

  /** Moves focus to the first field, or to the button. */
  override focus(): void {
    this.#screen.focus('input, .provider, .body .btn');
  }

  #follow(): void {
    if (this.#connected) return;
    this.#connected = new AbortController();
    const { connection } = this.#screen;
    connection!.addEventListener('ended', () => void this.#onEnded(), this.#connected);
    connection!.addEventListener('wanted', () => this.focus(), this.#connected);
    addEventListener('focus', () => void this.#onReturn(), this.#connected);
  }

  async #onEnded(): Promise<void> {
    await this.reload();
    this.ended = true;
  }

  /** Somebody may have signed in in another tab. */
  async #onReturn(): Promise<void> {
    const { connection } = this.#screen;
    if (!this.ended || this.me) return;
    const someone = await connection!.me().catch(() => null);
    if (someone) connection!.changed();
  }

  /** Reads who is signed in. */
  async reload(): Promise<void> {
    this.#follow();
    this.ended = false;
    try {
      this.me = await this.#screen.connection!.me();
      this.#screen.error = null;
    } catch (error) {
      this.me = null;
      if (error instanceof ApiError && error.code !== 'unauthenticated') this.#screen.fail(error, () => void this.reload());
    }
    if (!this.me && !this.#elsewhere && !this.ways) {
      this.ways = await this.#screen.client.call('GET /session/providers').catch(() => null);
      const { t } = this.#screen;
      const outcome = new URLSearchParams(location.search).get('sign-in');
      if (outcome === 'refused' || outcome === 'unavailable') {
        this.outcome = outcome === 'refused' ? t.signIn.refused : t.signIn.providerDown;
        this.#screen.alert(this.outcome);
      }
    }
    this.dispatchEvent(new InserviceReadyEvent());
  }

  get #elsewhere(): boolean {
    const { connection, client } = this.#screen;
    return connection !== null && new URL(client.baseUrl).origin !== location.origin;
  }

  #type = (name: string, value: string): void => {
    this.form = { values: { ...this.form.values, [name]: value }, faults: {} };
    this.fault = '';
  };

  #onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { t, connection } = this.#screen;
    const { username = '', password = '', totp = '' } = this.form.values;
    const credentials = { username, password, ...(this.asksCode ? { totp } : {}) };
    const missing = Object.entries(credentials).filter(([, value]) => value === '');
    this.form = { ...this.form, faults: Object.fromEntries(missing.map(([name]) => [name, t.common.required])) };
    const [first] = missing;
    if (first) return this.#screen.focus(`#${first[0]}`);
    const body = { ...credentials, username: username.trim() };
    const acted = await this.#screen.act('session.create', [], (client) => client.call('POST /session', { body, once: true }), {
      quiet: (error) => asksForCode(error) || error.code === 'unauthenticated' || error.code === 'not-found',
    });
    if (!acted.ok) return this.#refuse(acted.error);
    this.form = { values: {}, faults: {} };
    this.asksCode = false;
    connection!.changed();
  };

  #refuse(error: ApiError): void {
    const { t } = this.#screen;
    if (asksForCode(error)) {
      const faults: FormState['faults'] = this.asksCode ? { totp: t.signIn.wrongCode } : {};
      this.asksCode = true;
      this.form = { values: { ...this.form.values, totp: '' }, faults };
      this.#screen.focus('#totp');
    } else if (error.code === 'unauthenticated' || error.code === 'not-found') {
      // If the portal identifies its users, the kit has no sign-in.
      this.fault = error.code === 'not-found' ? t.signIn.portalFirst : t.signIn.wrong;
      this.#screen.alert(this.fault);
      this.#screen.focus('#password');
    }
  }

  #popUp = async (): Promise<void> => {
    const {
      t,
      client: { baseUrl },
      connection,
    } = this.#screen;
    this.#waiting?.abort();
    const waiting = new AbortController();
    this.#waiting = waiting;
    this.opening = true;
    this.fault = '';
    let answer: CodeAnswer | null;
    try {
      answer = await askForCode(baseUrl, waiting.signal);
    } catch (error) {
      // Another window was opened, or the element was removed.
      if (waiting.signal.aborted) return;
      throw error;
    } finally {
      if (this.#waiting === waiting) this.opening = false;
    }
    if (answer === null) {
      this.fault = t.signIn.blocked;
      return;
    }
    const isOver = ({ code }: ApiError): boolean => code === 'unauthenticated';
    const acted = await this.#screen.act(
      'session.create',
      [],
      (client) => client.call('POST /session/token', { body: answer, once: true }),
      { quiet: isOver },
    );
    if (acted.ok) connection!.changed(acted.value.token);
    else if (isOver(acted.error)) this.fault = t.signIn.unfinished;
  };

  #signOut = async (): Promise<void> => {
    const { connection, t } = this.#screen;
    const acted = await this.#screen.act('session.end', [], (client, more) => client.call('DELETE /session', more).catch(unlessOver));
    // Other failures must be visible, because the user is still signed in.
    if (!acted.ok) return;
    this.me = null;
    connection!.changed(null);
    this.#screen.say(t.signIn.out);
  };

  override render(): TemplateResult {
    const { t } = this.#screen;
    return html`
      <header part="header"><div class="title" role="heading" aria-level=${this.headingLevel}>${t.signIn.title}</div></header>
      ${this.#screen.render()}
      <div class="body">
        ${this.me?.account ? this.#renderSignedIn(this.me) : this.me ? html`<p>${t.problem.noAccount}</p>` : this.#elsewhere ? this.#renderOpener() : this.#renderForm()}
      </div>
    `;
  }

  #renderSignedIn({ account, unit, role }: Me): TemplateResult {
    const { t } = this.#screen;
    return html`<p>${t.signIn.signedIn(`${account!.name}${t.common.paren(`${unit?.name ?? ''} ${role ? t.role[role] : ''}`)}`)}</p>
      ${account!.mustChangePassword ? html`<p class="fault">${t.signIn.mustChange}</p>` : nothing}
      <div class="acts">
        ${this.ended ? html`<button class="btn primary" part="button button-primary" type="button" @click=${() => this.#screen.connection!.changed()}>${t.signIn.goOn}</button>` : nothing}
        <button class="btn" part="button" type="button" @click=${this.#signOut}>${t.signIn.signOut}</button>
      </div>`;
  }

  #renderOpener(): TemplateResult {
    const { t } = this.#screen;
    return html`<button class="btn primary" part="button button-primary" type="button" @click=${this.#popUp}>${t.signIn.open}</button>
      ${this.opening ? html`<p class="hint" role="status">${t.signIn.opening}</p>` : nothing}
      ${this.fault ? html`<p class="fault" role="alert">${this.fault}</p>` : nothing}`;
  }

  #renderForm(): TemplateResult {
    const { locale } = this.#screen;
    const { ways } = this;
    return html`<div class="form">
      ${this.outcome ? html`<p class="fault">${this.outcome}</p>` : nothing}
      ${ways?.providers.map(({ id, names }) => html`<a class="btn provider" part="button" href=${this.#wayTo(id)} target=${this.ended ? '_blank' : nothing}>${this.#screen.t.signIn.by(textIn(names, locale))}</a>`)}
      ${ways && !ways.password && ways.providers.length > 0 ? nothing : this.#renderPassword()}
    </div>`;
  }

  /** Goes to the provider, which returns to this page; a tab of its own returns to the kit's page, which closes it. */
  #wayTo(provider: string): string {
    const here = new URL(this.ended ? `${this.#screen.client.baseUrl}/sign-in` : location.href);
    here.searchParams.delete('sign-in');
    const query = new URLSearchParams({ return: `${here.pathname}${here.search}` });
    return `${this.#screen.client.baseUrl}/session/oidc/${encodeURIComponent(provider)}?${query.toString()}`;
  }

  #renderPassword(): TemplateResult {
    const { t, blocked, client } = this.#screen;
    return html`<form class="form" novalidate @submit=${this.#onSubmit}>
      ${textField(t, this.form, { name: 'username', label: t.field.username, autocomplete: 'username', autocapitalize: 'off', required: true }, this.#type)}
      ${textField(t, this.form, { name: 'password', label: t.field.password, type: 'password', autocomplete: 'current-password', required: true }, this.#type)}
      ${this.asksCode ? textField(t, this.form, { name: 'totp', label: t.signIn.code, hint: t.signIn.codeHint, autocomplete: 'one-time-code', inputmode: 'numeric', required: true }, this.#type) : nothing}
      ${this.fault ? html`<p class="fault">${this.fault}</p>` : nothing}
      <div class="acts">
        <button class="btn primary" part="button button-primary" type="submit" aria-disabled=${blocked}>${t.signIn.submit}</button>
        ${this.ways?.reset ? html`<a href=${this.recoverUrl ?? `${client.baseUrl}/recover`}>${t.signIn.forgot}</a>` : nothing}
      </div>
    </form>`;
  }
}

function asksForCode({ fields }: ApiError): boolean {
  return fields.some(({ path }) => path === 'totp');
}

/** If the session has ended already, the sign-out is complete. */
function unlessOver(error: unknown): void {
  if (!(error instanceof ApiError && error.code === 'unauthenticated')) throw error;
}

declare global {
  interface HTMLElementTagNameMap {
    'account-sign-in': AccountSignIn;
  }
}
