/** The common part of all elements: connection, language, texts, notice, error box, announcements, and the one way to write. */
import { ContextConsumer } from '@lit/context';
import type { ReactiveController, ReactiveElement, TemplateResult } from 'lit';
import { taipeiTime } from '../../server/domain/dates.js';
import type { TrailAction } from '../../server/domain/trail.js';
import { ApiError } from '../api/api-error.js';
import type { Client, Reader, Sending } from '../api/client.js';
import { connectionOver, connectionTo, configuredConnection, Connection } from '../context/connection.js';
import { connectionContext } from '../context/index.js';
import {
  InserviceAuthRequiredEvent,
  InserviceBeforeEvent,
  InserviceDirtyChangeEvent,
  InserviceDoneEvent,
  InserviceErrorEvent,
} from '../events.js';
import {
  acceptLanguage,
  loadWords,
  localeAt,
  locales,
  overridden,
  wordsOf,
  type Locale,
  type Messages,
  type PartialMessages,
} from '../i18n/locale.js';
import type { ShownError } from '../parts/error-box.js';
import { screenMessages, type Notice } from '../parts/screen-messages.js';
import { chunk } from './chunk.js';
import { Interruption } from './interruption.js';
import type * as Rests from './rest.js';

/** What the controller needs from its element. */
export interface ScreenHost extends ReactiveElement {
  baseUrl?: string | null;
  getToken?: (() => Promise<string>) | undefined;
  client?: Client | undefined;
  messages?: PartialMessages | undefined;
  readonly?: boolean;
  headingLevel?: number;
  /** The unit that the element shows; a change reloads it. */
  unit?: string | null;
  target?: string | null;
  /** Reads the data of the element; called again after a sign-in and when a connection becomes available. */
  reload(): Promise<void>;
  /** Removes personal data from the element, because another person, or nobody, is signed in. */
  forget?(): void;
}

/** A connection without writes; writes go through `act`. */
export type ReadingConnection = Pick<Connection, 'me' | 'codes' | 'changed' | 'addEventListener'>;

export type Acted<T> = { ok: true; value: T } | { ok: false; error: ApiError };

/** Loaded after the first content. */
let rests: typeof Rests | null = null;

type Flag = 'loading' | 'empty' | 'error' | 'offline' | 'dirty';

export class Screen implements ReactiveController {
  t: Messages = wordsOf('zh-Hant')!;
  locale: Locale = 'zh-Hant';
  /** The failure and how to retry. */
  error: ShownError | null = null;
  notice: Notice | null = null;
  busy = false;
  /** No response came, and the same bytes are sent again. */
  uncertain = false;
  dirty = false;

  /** The account whose data are shown; null for none, undefined until it is known. */
  #who: string | null | undefined;
  #interruption = new Interruption();
  #said = '';
  #alert = '';
  #connection: Connection | null = null;
  #own: { baseUrl: string; connection: Connection } | null = null;
  #shown: string | null = null;
  #internals: ElementInternals;
  #provided: ContextConsumer<typeof connectionContext, ReactiveElement>;
  #focus: string | null = null;
  #messages: PartialMessages | undefined;

  constructor(private readonly host: ScreenHost) {
    this.#internals = host.attachInternals();
    this.#provided = new ContextConsumer(host, { context: connectionContext, subscribe: true, callback: () => this.#connect() });
    host.addController(this);
  }

  hostConnected(): void {
    this.#speak();
    this.#connect();
    addEventListener('online', this.#onLine);
    addEventListener('offline', this.#onLine);
    addEventListener('beforeunload', this.#onLeave);
    this.host.addEventListener('keydown', this.#onKeydown);
    locales.addEventListener('change', this.#speak);
    this.#languages.observe(document.documentElement, { attributes: true, attributeFilter: ['lang'], subtree: true });
  }

  hostDisconnected(): void {
    removeEventListener('online', this.#onLine);
    removeEventListener('offline', this.#onLine);
    removeEventListener('beforeunload', this.#onLeave);
    this.host.removeEventListener('keydown', this.#onKeydown);
    locales.removeEventListener('change', this.#speak);
    this.#languages.disconnect();
    this.#interruption.settle(false);
    this.#connection?.removeEventListener('change', this.#onChange);
    this.#connection = null;
  }

  hostUpdate(): void {
    if (this.host.messages !== this.#messages) this.#speak();
    this.#connect();
    this.#follow();
    this.flag('offline', !navigator.onLine);
    this.flag('error', this.error !== null);
    this.flag('dirty', this.dirty);
  }

  hostUpdated(): void {
    if (this.#focus === null) return;
    const target = this.host.renderRoot.querySelector<HTMLElement>(this.#focus);
    if (!target) return;
    this.#focus = null;
    target.focus();
  }

  /** The connection, by priority: the element's `client`, the nearest provider, the page's configuration, the attribute. */
  get connection(): ReadingConnection | null {
    return this.#connection;
  }

  /**
   * @throws ApiError `unavailable` if the page has not configured the server
   */
  get client(): Reader {
    return this.#writer;
  }

  get #writer(): Client {
    if (!this.#connection) throw new ApiError('unavailable');
    return this.#connection.client;
  }

  /** The level of the element's heading; what stands below it adds to it. */
  get level(): number {
    return this.host.headingLevel ?? 2;
  }

  get offline(): boolean {
    return !navigator.onLine;
  }

  /** Whether writes are blocked; buttons stay visible and say why. */
  get blocked(): boolean {
    return this.busy || this.offline;
  }

  #connect(): void {
    const { host } = this;
    if (!host.isConnected) return;
    const next =
      this.#ownConnection() ?? this.#provided.value ?? configuredConnection() ?? (host.baseUrl ? connectionTo(host.baseUrl) : null);
    if (next === this.#connection) return;
    this.#connection?.removeEventListener('change', this.#onChange);
    this.#connection = next;
    if (!next) return;
    next.addEventListener('change', this.#onChange);
    next.client.locale = acceptLanguage(this.locale);
    // After the update that set the connection, so that a reload sees all properties.
    void host.updateComplete.then(async () => {
      await host.reload();
      this.#remember();
      rests ??= await import('./rest.js').catch(() => null);
      rests?.watch(host);
    });
  }

  #ownConnection(): Connection | null {
    const { client, getToken, baseUrl } = this.host;
    if (client) return connectionOver(client);
    if (!getToken || !baseUrl) return null;
    // Reads `getToken` from the element each time, because a page may set a new function with every render.
    if (this.#own?.baseUrl !== baseUrl)
      this.#own = { baseUrl, connection: new Connection({ baseUrl, getToken: async () => (await this.host.getToken?.()) ?? null }) };
    return this.#own.connection;
  }

  #follow(): void {
    const { unit = null, target = null } = this.host;
    const shown = JSON.stringify([unit, target]);
    if (this.#shown !== null && shown !== this.#shown && this.#connection) void this.host.reload();
    this.#shown = shown;
  }

  #onChange = (): void => void this.#readAnew(null);

  readonly #retry = (): void => void this.#readAnew(undefined);

  /**
   * The same person finds the input again, and the interrupted act goes on. Another person finds nothing of it.
   * @param nobody who is signed in if the server says nobody: null after a sign-out, undefined if the sign-in is still to come
   */
  async #readAnew(nobody: null | undefined): Promise<void> {
    const retry = this.error?.retry;
    this.error = null;
    const who = await this.#connection?.me().then(
      ({ account }) => account?.id ?? null,
      ({ code }: ApiError) => (code === 'unauthenticated' ? nobody : undefined),
    );
    const same = who !== undefined && who === this.#who;
    if (who !== undefined && this.#who !== undefined && !same) {
      this.#interruption.settle(false);
      this.notice = null;
      this.setDirty(false);
      this.host.forget?.();
    }
    if (who !== undefined) this.#who = who;
    await this.host.reload();
    if (same && !this.#interruption.settle(true)) retry?.();
  }

  /** Remembers the caller whose data are shown. */
  #remember(): void {
    const connection = this.#connection;
    void connection?.me().then(
      (me) => {
        if (connection === this.#connection) this.#who ??= me.account?.id ?? null;
      },
      () => undefined,
    );
  }

  #onLine = (): void => {
    this.say(navigator.onLine ? this.t.problem.back : this.t.problem.offline);
  };

  #onLeave = (event: BeforeUnloadEvent): void => {
    if (this.dirty) event.preventDefault();
  };

  // Prevents single-key shortcuts of the host page during input: its listener sees our element, not an input field.
  #onKeydown = (event: KeyboardEvent): void => {
    const [target] = event.composedPath();
    const typing = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
    if (typing && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
  };

  #languages = new MutationObserver(() => this.#speak());

  #speak = (): void => {
    const locale = localeAt(this.host);
    const words = wordsOf(locale);
    this.locale = locale;
    this.#messages = this.host.messages;
    if (this.#connection) this.#connection.client.locale = acceptLanguage(locale);
    if (words) this.t = overridden(words, this.host.messages);
    else void loadWords(locale).then(this.#speak);
    this.host.requestUpdate();
  };

  /** Announces a text in the polite live region. */
  say(text: string): void {
    // Screen readers announce the same text again only if it differs.
    this.#said = this.#said === text ? `${text}\u00a0` : text;
    this.host.requestUpdate();
  }

  alert(text: string): void {
    this.#alert = this.#alert === text ? `${text}\u00a0` : text;
    this.host.requestUpdate();
  }

  /** The notice below the heading, which stays until the next act. */
  saved(text: string, undo?: () => Promise<void>): void {
    const at = taipeiTime(new Date());
    this.notice = { text, at, undo };
    this.say(text);
  }

  /** Moves focus after the next update. */
  focus(selector: string): void {
    this.#focus = selector;
    this.host.requestUpdate();
  }

  flag(name: Flag, on: boolean): void {
    if (on) this.#internals.states.add(name);
    else this.#internals.states.delete(name);
  }

  setDirty(dirty: boolean): void {
    if (dirty === this.dirty) return;
    this.dirty = dirty;
    this.host.dispatchEvent(new InserviceDirtyChangeEvent(dirty));
    this.host.requestUpdate();
  }

  fail(error: ApiError, retry: (() => void) | null, reading = retry !== null): void {
    this.error = { error, retry, reading };
    this.host.dispatchEvent(new InserviceErrorEvent(error.code, error.status, error.requestId));
    if (error.code === 'unauthenticated') this.#askToSignIn();
    this.host.requestUpdate();
  }

  #askToSignIn = (): boolean => this.host.dispatchEvent(new InserviceAuthRequiredEvent(this.#retry));

  /**
   * Loads a part of the element for something that was clicked. A failure is shown, and the click can be repeated.
   * A read uses `chunk` alone: it shows its failures itself.
   * @returns null if it could not be loaded
   */
  async part<T>(loading: Promise<T>): Promise<T | null> {
    try {
      return await chunk(loading);
    } catch (error) {
      this.fail(error as ApiError, null, true);
      return null;
    }
  }

  /**
   * The one way in which an element writes: dispatches `inservice-before`, sends the write once, and dispatches `inservice-done`.
   * A failure is shown in the error box, unless `quiet` says that the caller shows it.
   */
  async act<T>(
    action: TrailAction,
    ids: readonly string[],
    call: (client: Client, more: Sending) => Promise<T>,
    { quiet = () => false }: { quiet?: (error: ApiError) => boolean } = {},
  ): Promise<Acted<T>> {
    if (this.busy) return { ok: false, error: new ApiError('in-progress') };
    if (this.offline) {
      const error = new ApiError('offline');
      this.fail(error, null);
      return { ok: false, error };
    }
    if (!this.host.dispatchEvent(new InserviceBeforeEvent(action, ids))) return { ok: false, error: new ApiError('forbidden') };
    this.notice = null;
    const onUncertain = (): void => {
      this.uncertain = true;
      this.say(this.t.problem.uncertain);
    };
    const sent = await this.send(async () => call(this.#writer, { onUncertain }), quiet);
    if (!sent.ok) return sent;
    rests?.rest();
    this.host.dispatchEvent(new InserviceDoneEvent(action, ids));
    return sent;
  }

  /**
   * Sends a request for a click, and blocks the buttons meanwhile. If the session has ended, it is sent again once the same
   * person has signed in, unless something else is done in the element before.
   */
  async send<T>(call: () => Promise<T>, quiet: (error: ApiError) => boolean = () => false): Promise<Acted<T>> {
    this.#interruption.settle(false);
    for (;;) {
      this.busy = true;
      this.error = null;
      this.host.requestUpdate();
      const sent = await call().then(
        (value) => ({ ok: true, value }) as const,
        (thrown: unknown) => {
          if (!(thrown instanceof ApiError)) console.error(thrown);
          return { ok: false, error: thrown instanceof ApiError ? thrown : new ApiError('internal') } as const;
        },
      );
      this.busy = false;
      this.uncertain = false;
      this.host.requestUpdate();
      if (sent.ok || quiet(sent.error)) return sent;
      this.fail(sent.error, null);
      this.focus('[data-error]');
      if (sent.error.code !== 'unauthenticated' || !this.#who || !(await this.#interruption.wait(this.host.renderRoot))) return sent;
    }
  }

  /** The live regions, which exist from the first render on, and the visible notices. */
  render(): TemplateResult {
    const { offline, uncertain, notice, error } = this;
    return screenMessages(
      this.t,
      { said: this.#said, alert: this.#alert, offline, uncertain, notice, error },
      {
        signIn: () => this.#askToSignIn() && this.#connection?.dispatchEvent(new Event('wanted')),
        say: (text) => this.say(text),
      },
    );
  }
}
