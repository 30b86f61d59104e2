/** What is done to many at once: one by one, each with its own line in the trail, with what failed to be sent again. */
import '../i18n/more.js';
import '../i18n/office.js';
import { css, html, nothing, type LitElement, type TemplateResult } from 'lit';
import type { Teacher, TeacherPage } from '../../server/contract/wire.js';
import type { TrailAction } from '../../server/domain/trail.js';
import type { ApiError } from '../api/api-error.js';
import type { Client, Sending } from '../api/client.js';
import { Modal } from '../controllers/modal.js';
import type { Screen } from '../controllers/screen.js';
import { actButton } from '../parts/act-button.js';
import { copyText } from '../parts/copy-text.js';
import { DepartureForm, type DepartureBody } from '../parts/departure-form.js';
import { save } from '../parts/download.js';
import { sentenceOf } from '../parts/error-box.js';
import { addStyles } from '../styles/add-styles.js';
import { invitationText } from './invitation-box.js';

const PAGE = 200;

const dry = css`
  .dry {
    list-style: none;
    margin: 0;
    padding: 0;
    max-block-size: 14rem;
    overflow: auto;
  }
  .dry small {
    display: block;
  }
`;

export interface BulkOptions {
  chosen: () => ReadonlyMap<string, Teacher>;
  /** A page of all that the list's filters match. */
  list: (page: number, pageSize: number) => Promise<TeacherPage>;
  download: (ids: string) => Promise<{ name: string; blob: Blob }>;
  total: () => number;
  claimUrl: () => string | null;
  choose: (teachers: readonly Teacher[], on: boolean) => void;
  changed: () => void;
}

type Act = (client: Client, teacher: Teacher, more: Sending) => Promise<unknown>;

interface Failure {
  teacher: Teacher;
  error: ApiError;
}

interface Run {
  done: number;
  total: number;
  failed: Failure[];
  skipped: number;
  over: boolean;
}

export class BulkBox {
  #form: DepartureForm;
  #modal: Modal;
  /** Left out of the departure in the dialog. */
  #staying = new Set<string>();
  #run: Run | null = null;
  /** Invitations of those chosen, to be handed out. */
  #texts = '';

  constructor(
    private readonly host: LitElement,
    private readonly screen: Screen,
    private readonly options: BulkOptions,
  ) {
    addStyles(host, dry);
    this.#form = new DepartureForm(host, screen, 'bulk-');
    this.#modal = new Modal(host, 'dialog[data-bulk]');
  }

  get #chosen(): Teacher[] {
    return [...this.options.chosen().values()];
  }

  #all = async (): Promise<void> => {
    const found: Teacher[] = [];
    for (let page = 1; ; page++) {
      const { items, pageCount } = await this.options.list(page, PAGE);
      found.push(...items);
      if (page >= pageCount) break;
    }
    this.options.choose(found, true);
    this.screen.say(this.screen.t.bulk.chosen(found.length));
  };

  #none = (): void => {
    this.options.choose(this.#chosen, false);
    this.#run = null;
    this.screen.focus('[data-heading]');
  };

  #export = async (): Promise<void> => {
    const { t } = this.screen;
    const all = this.#chosen;
    // Longer lists come as several files: an address has an end.
    for (let at = 0; at < all.length; at += PAGE) {
      const ids = all.slice(at, at + PAGE).map(({ id }) => id);
      const acted = await this.screen.act('teacher.export', ids, () => this.options.download(ids.join(',')));
      if (!acted.ok) return;
      save(acted.value);
    }
    this.screen.saved(t.roster.downloaded(all.length));
  };

  #invite = async (): Promise<void> => {
    const { t } = this.screen;
    const waiting = this.#chosen.filter(({ status, departure }) => status === 'pending' && departure === null);
    if (waiting.length === 0) {
      this.screen.saved(t.bulk.noneWaits);
      return;
    }
    const texts: string[] = [];
    await this.#each('teacher.update', waiting, async (client, teacher) => {
      const { id, version } = teacher;
      const invitation = await client.call('POST /teachers/:id/invitation', { id, version, once: true });
      texts.push(invitationText(this.screen, teacher, invitation, this.options.claimUrl()));
    });
    // Kept on the screen: each is shown this once, and a browser may refuse to copy.
    this.#texts = texts.join('\n\n');
    this.host.requestUpdate();
    await this.#copy();
  };

  #copy = async (): Promise<void> => {
    const { t } = this.screen;
    const copied = await copyText(this.#texts);
    this.screen.saved(copied ? t.invitation.copied : t.bulk.notCopied);
    if (!copied) this.screen.focus('#bulk-texts');
  };

  /** One after the other; what fails stays to be sent again. */
  async #each(action: TrailAction, teachers: readonly Teacher[], act: Act, skipped = 0): Promise<void> {
    const run: Run = { done: 0, total: teachers.length, failed: [], skipped, over: false };
    this.#run = run;
    for (const [at, teacher] of teachers.entries()) {
      const acted = await this.screen.act(action, [teacher.id], (client, more) => act(client, teacher, more), {
        quiet: ({ code }) => code !== 'unauthenticated',
      });
      if (acted.ok) {
        run.done++;
        continue;
      }
      const { error } = acted;
      const left = error.code === 'unauthenticated' ? teachers.slice(at) : [teacher];
      run.failed.push(...left.map((each) => ({ teacher: each, error })));
      // Nobody signed in again, so the others would fail too.
      if (left.length > 1) break;
    }
    run.over = true;
    this.host.requestUpdate();
    this.screen.say(this.screen.t.bulk.partial(run.done, run.failed.length, run.skipped));
  }

  #ask = (): void => {
    this.#form.start();
    this.#staying.clear();
    this.#run = null;
    this.#modal.open('input[type=radio]');
  };

  #close = (): void => {
    this.#modal.close();
    if (this.#run && this.#run.done > 0) {
      this.options.choose(this.#chosen, false);
      this.options.changed();
    }
    this.#run = null;
    this.host.requestUpdate();
    this.screen.focus('[data-heading]');
  };

  #fits = ({ id, actions }: Teacher): boolean =>
    !this.#staying.has(id) && actions.some(({ name, allowed }) => name === 'teacher.depart' && allowed);

  #onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const body = this.#form.read();
    if (!body) return;
    const fit = this.#chosen.filter(this.#fits);
    if (this.screen.blocked || fit.length === 0) return;
    await this.#depart(fit, body);
  };

  async #depart(teachers: readonly Teacher[], body: DepartureBody): Promise<void> {
    const skipped = this.#chosen.length - teachers.length;
    const depart: Act = (client, { id, version }, more) => client.call('POST /teachers/:id/departure', { ...more, id, version, body });
    await this.#each('teacher.depart', teachers, depart, skipped);
    this.#again = () => void this.#depart(this.#run?.failed.map(({ teacher }) => teacher) ?? [], body);
  }

  #again: () => void = () => undefined;

  render(): TemplateResult {
    return html`${this.#renderBar()}${this.#renderTexts()}${this.#renderDialog()}`;
  }

  #renderBar(): TemplateResult | typeof nothing {
    const { t } = this.screen;
    const count = this.options.chosen().size;
    const total = this.options.total();
    if (count === 0) return nothing;
    return html`<div class="notice" part="notice">
      <p class="grow">
        ${t.bulk.chosen(count)}${total > count ? html` · <button class="btn quiet" part="button" type="button" @click=${this.#all}>${t.bulk.all(total)}</button>` : nothing}
      </p>
      <div class="acts">
        ${actButton(this.screen, t.bulk.export, this.#export)} ${actButton(this.screen, t.bulk.invite, this.#invite)}
        ${actButton(this.screen, t.bulk.depart, this.#ask)}
        <button class="btn quiet" part="button" type="button" @click=${this.#none}>${t.bulk.clear}</button>
      </div>
    </div>`;
  }

  #renderTexts(): TemplateResult | typeof nothing {
    const { t } = this.screen;
    if (this.#texts === '') return nothing;
    const drop = (): void => {
      this.#texts = '';
      this.host.requestUpdate();
    };
    return html`<div class="notice" part="notice">
      <div class="field grow">
        <label for="bulk-texts">${t.bulk.texts}</label>
        <textarea id="bulk-texts" part="input" rows="6" readonly .value=${this.#texts}></textarea>
      </div>
      <div class="acts">
        <button class="btn" part="button" type="button" @click=${this.#copy}>${t.invitation.copy}</button>
        <button class="btn" part="button" type="button" @click=${drop}>${t.common.close}</button>
      </div>
    </div>`;
  }

  #renderDialog(): TemplateResult {
    const { t } = this.screen;
    const fit = this.#chosen.filter(this.#fits);
    return html`<dialog data-bulk part="dialog" aria-labelledby="bulk-title" @cancel=${this.#close} @keydown=${this.#modal.onKeydown}>
      <form class="form" novalidate @submit=${this.#onSubmit}>
        <div class="subtitle" id="bulk-title" role="heading" aria-level=${this.screen.level + 1}>${t.bulk.departTitle(fit.length)}</div>
        ${this.#run ? this.#renderRun(this.#run) : this.#renderQuestion(fit)}
      </form>
    </dialog>`;
  }

  #renderQuestion(fit: readonly Teacher[]): TemplateResult {
    const { t } = this.screen;
    const able = (teacher: Teacher): boolean => teacher.actions.some(({ name, allowed }) => name === 'teacher.depart' && allowed);
    const toggle = (id: string): void => {
      if (!this.#staying.delete(id)) this.#staying.add(id);
      this.host.requestUpdate();
    };
    return html`<p class="hint">${t.bulk.departHelp}</p>
      ${this.#form.render()}
      <ul class="dry">
        ${this.#chosen.map(
          (teacher) =>
            html`<li>
              <label class="choice"
                ><input type="checkbox" .checked=${this.#fits(teacher)} ?disabled=${!able(teacher)} @change=${() => toggle(teacher.id)} />
                ${teacher.name}${able(teacher) ? nothing : html`<small class="muted">${t.bulk.unfit}</small>`}</label
              >
            </li>`,
        )}
      </ul>
      <div class="acts">
        <button class="btn" part="button" type="button" @click=${this.#close}>${t.common.cancel}</button>
        <button class="btn danger" part="button" type="submit" aria-disabled=${fit.length === 0}>${t.bulk.departSave(fit.length)}</button>
      </div>`;
  }

  #renderRun({ done, total, failed, skipped, over }: Run): TemplateResult {
    const { t } = this.screen;
    if (!over) {
      return html`<p>${t.bulk.running(done + failed.length, total)}</p>
        <progress max=${total} value=${done + failed.length} aria-label=${t.bulk.running(done + failed.length, total)}></progress>`;
    }
    return html`<p>${t.bulk.partial(done, failed.length, skipped)}</p>
      ${
        failed.length === 0
          ? nothing
          : html`<div class="notice bad">
              <div class="grow">
                <strong>${t.bulk.failed}</strong>
                <ul>
                  ${failed.map(({ teacher, error }) => html`<li>${teacher.name}${t.common.colon}${error.problem?.title ?? sentenceOf(t, error, false)}</li>`)}
                </ul>
              </div>
            </div>`
      }
      <div class="acts">
        ${failed.length > 0 ? html`<button class="btn" part="button" type="button" @click=${() => this.#again()}>${t.bulk.again}</button>` : nothing}
        <button class="btn primary" part="button button-primary" type="button" @click=${this.#close}>${t.bulk.close}</button>
      </div>`;
  }
}
