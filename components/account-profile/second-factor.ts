/** The second factor: an authenticator app is set up or switched off. */
import { html, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { SecondFactorSetup } from '../../server/contract/wire.js';
import type { ApiError } from '../api/api-error.js';
import type { Client } from '../api/client.js';
import type { Screen } from '../controllers/screen.js';
import { textField, typed, type FormState } from '../parts/fields.js';

const groups = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');

export class SecondFactor {
  #form: FormState = { values: {}, faults: {} };
  #setup: SecondFactorSetup | null = null;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly screen: Screen,
  ) {}

  forget(): void {
    this.#form = { values: {}, faults: {} };
    this.#setup = null;
  }

  #type = (name: string, value: string): void => {
    this.#form = typed(this.#form, { [name]: value });
    this.host.requestUpdate();
  };

  async #act<T>(call: (client: Client) => Promise<T>): Promise<T | null> {
    const acted = await this.screen.act('password.change', [], call, { quiet: ({ code }: ApiError) => code === 'validation' });
    if (acted.ok) return acted.value;
    this.#form = {
      ...this.#form,
      faults: Object.fromEntries(Object.entries(acted.error.faults).map(([name, fault]) => [`factor-${name}`, fault])),
    };
    const [first] = Object.keys(this.#form.faults);
    if (first) this.screen.focus(`#${first}`);
    this.host.requestUpdate();
    return null;
  }

  /** Reads the state again, and announces it. */
  #over(sentence: string): void {
    this.forget();
    this.screen.connection!.changed();
    this.screen.saved(sentence);
    this.screen.focus('[data-heading]');
  }

  #begin = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { 'factor-password': password = '' } = this.#form.values;
    const setup = await this.#act((client) => client.call('POST /me/second-factor', { body: { password }, once: true }));
    if (!setup) return;
    this.forget();
    this.#setup = setup;
    this.screen.focus('#factor-totp');
    this.host.requestUpdate();
  };

  #confirm = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { 'factor-totp': totp = '' } = this.#form.values;
    const { setup } = this.#setup!;
    const done = await this.#act(async (client) => {
      await client.call('PUT /me/second-factor', { body: { setup, totp }, once: true });
      return true;
    });
    if (done) this.#over(this.screen.t.profile.begun);
  };

  #end = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { 'factor-password': password = '' } = this.#form.values;
    const done = await this.#act(async (client) => {
      await client.call('POST /me/second-factor/removal', { body: { password }, once: true });
      return true;
    });
    if (done) this.#over(this.screen.t.profile.ended);
  };

  render(on: boolean, level: number): TemplateResult {
    const { t, blocked } = this.screen;
    const submit = this.#setup ? this.#confirm : on ? this.#end : this.#begin;
    const label = this.#setup ? t.profile.confirm : on ? t.profile.end : t.profile.begin;
    return html`<form class="form" novalidate @submit=${submit}>
      <div class="subtitle" role="heading" aria-level=${level}>${t.profile.secondFactor}</div>
      <p class="hint">${on ? t.profile.secondFactorOn : t.profile.secondFactorOff}</p>
      ${
        this.#setup
          ? html`<div>
                <div class="label">${t.profile.secret}</div>
                <p class="secret">${groups(this.#setup.secret)}</p>
                <a href=${this.#setup.uri}>${t.profile.openApp}</a>
              </div>
              ${textField(t, this.#form, { name: 'factor-totp', label: t.signIn.code, hint: t.signIn.codeHint, autocomplete: 'one-time-code', inputmode: 'numeric', required: true }, this.#type)}`
          : textField(
              t,
              this.#form,
              { name: 'factor-password', label: t.profile.current, type: 'password', autocomplete: 'current-password', required: true },
              this.#type,
            )
      }
      <div class="acts"><button class="btn" part="button" type="submit" aria-disabled=${blocked}>${label}</button></div>
    </form>`;
  }
}
