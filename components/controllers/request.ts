/** One read at a time, with its states: first load, reload, done, failed. */
import type { ReactiveController } from 'lit';
import { ApiError } from '../api/api-error.js';
import type { Screen, ScreenHost } from './screen.js';

export class RequestController<T> implements ReactiveController {
  value: T | null = null;
  loading = false;
  #running: AbortController | null = null;
  #said: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: ScreenHost,
    private readonly screen: Screen,
    private readonly read: (signal: AbortSignal) => Promise<T>,
  ) {
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#running?.abort();
    clearTimeout(this.#said);
  }

  /** Removes the data. */
  forget(): void {
    this.#running?.abort();
    this.value = null;
  }

  get first(): boolean {
    return this.loading && this.value === null;
  }

  /** Reads, and aborts a running read. Resolves to false if the read failed or was aborted. */
  async run(): Promise<boolean> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.loading = true;
    this.screen.flag('loading', true);
    if (this.value === null) this.#said = setTimeout(() => this.screen.say(this.screen.t.common.loading), 1_000);
    this.host.requestUpdate();
    try {
      const value = await this.read(running.signal);
      if (running.signal.aborted) return false;
      this.value = value;
      this.screen.error = null;
      return true;
    } catch (thrown) {
      if (running.signal.aborted) return false;
      if (!(thrown instanceof ApiError)) console.error(thrown);
      const error = thrown instanceof ApiError ? thrown : new ApiError('internal');
      this.screen.fail(error, () => void this.run());
      this.screen.alert(this.screen.t.problem.load);
      return false;
    } finally {
      if (this.#running === running) {
        this.loading = false;
        this.#running = null;
        clearTimeout(this.#said);
        this.screen.flag('loading', false);
        this.host.requestUpdate();
      }
    }
  }
}
