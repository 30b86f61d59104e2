/** 匯入名單: choose, map, dry run, correct, commit, undo. Loaded for the first import; all checks are the server's. */
import '../i18n/import.js';
import '../i18n/more.js';
import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import type { BodyOf } from '../../server/contract/call-types.js';
import type { Codes, Import, ImportList } from '../../server/contract/wire.js';
import { taipeiDay } from '../../server/domain/dates.js';
import type { ImportField } from '../../server/domain/import-columns.js';
import type { ApiError } from '../api/api-error.js';
import type { Screen } from '../controllers/screen.js';
import { save } from '../parts/download.js';
import { addStyles } from '../styles/add-styles.js';
import { choices } from '../styles/choices.js';
import { list } from '../styles/list.js';
import { panel } from '../styles/panel.js';
import { Comparison } from './import-comparison.js';
import { FILTERS, rowsTable, type Filter, type RowActs } from './import-rows.js';
import { columnsStep, datesStep, pickStep, recentImports, resultStep } from './import-steps.js';
import { importStyles } from './import-styles.js';

/** Allows for a large file on a slow connection, and its check. */
const PATIENCE_MS = 120_000;

type Upload = Extract<BodyOf<'POST /teachers/imports'>, { file: unknown }>;

export class ImportView {
  #import: Import | null = null;
  #recent: ImportList['items'] = [];
  #working: 'reading' | 'committing' | null = null;
  /** Kept for another encoding. */
  #file: File | null = null;
  #pasted = '';
  #filter: Filter = 'invalid';
  #page = 1;
  #pageSize = 50;
  #mode: 'valid' | 'all-or-nothing' = 'valid';
  #mapping: Import['mapping'] = [];
  #typed = new Map<string, string>();
  #comparison: Comparison;

  constructor(
    private readonly host: LitElement,
    private readonly screen: Screen,
    private readonly codes: () => Codes | null,
    private readonly progress: (done: number, total: number) => void,
  ) {
    this.#comparison = new Comparison(host, screen, (change) => this.#update(change));
    addStyles(host, choices, list, panel, importStyles);
  }

  /** The latest import, for a clerk who comes back after closing the tab. */
  async begin(): Promise<void> {
    this.#recent = (await this.screen.client.call('GET /teachers/imports').catch(() => ({ items: [] }))).items;
    this.host.requestUpdate();
  }

  #show(imported: Import): void {
    const fresh = this.#import?.id !== imported.id;
    this.#import = imported;
    this.#mapping = [...imported.mapping];
    if (fresh) {
      this.#typed.clear();
      this.screen.setDirty(false);
      this.#page = 1;
      this.#filter = FILTERS.find((filter) => this.#count(filter) > 0) ?? 'invalid';
    }
    this.#comparison.show(imported);
    this.host.requestUpdate();
  }

  #count(filter: Filter): number {
    return this.#import!.counts[filter];
  }

  /** Uploads and checks a file; a file fault is shown at the file field. */
  async #stage(body: FormData | { cells: string[][] }): Promise<void> {
    if (this.screen.blocked) return;
    this.#working = 'reading';
    this.screen.say(this.screen.t.import.reading);
    const acted = await this.screen.act('import.stage', [], (client) =>
      client.call('POST /teachers/imports', { body, patience: PATIENCE_MS, once: true }),
    );
    this.#working = null;
    if (acted.ok) {
      this.#import = null;
      this.#show(acted.value);
      const { import: words } = this.screen.t;
      this.screen.say(words.read(acted.value.rows, null) + words.stop + words.sum(acted.value.counts));
      this.screen.focus('[data-import-heading]');
    } else this.#explain(acted.error);
    this.host.requestUpdate();
  }

  /** The message about the file replaces the general one. */
  #explain(error: ApiError): void {
    const [fault] = error.fields;
    if (fault && this.screen.error?.error.problem) this.screen.error.error.problem.detail = fault.message;
  }

  stageFile(file: File, encoding?: string): Promise<void> {
    this.#file = file;
    const body = new FormData();
    body.append('file' satisfies keyof Upload, file);
    if (encoding) body.append('encoding' satisfies keyof Upload, encoding);
    return this.#stage(body);
  }

  #stagePasted = (): void => {
    const cells = this.#pasted
      .replace(/\r?\n$/, '')
      .split(/\r?\n/)
      .map((line) => line.split('\t'));
    if (this.#pasted.trim() === '') {
      this.screen.say(this.screen.t.import.pasteEmpty);
      return this.screen.focus('#import-paste');
    }
    this.#file = null;
    void this.#stage({ cells });
  };

  async #update(body: BodyOf<'PATCH /teachers/imports/:id'>): Promise<void> {
    const { id } = this.#import!;
    const acted = await this.screen.act('import.stage', [id], (client) =>
      client.call('PATCH /teachers/imports/:id', { id, body, patience: PATIENCE_MS }),
    );
    if (!acted.ok) return;
    this.#show(acted.value);
    this.screen.say(this.screen.t.import.sum(acted.value.counts));
  }

  async #updateRow(row: number, body: BodyOf<'PATCH /teachers/imports/:id/rows/:row'>): Promise<void> {
    const shown = this.#import!;
    const { id } = shown;
    const acted = await this.screen.act('import.stage', [id], (client) =>
      client.call('PATCH /teachers/imports/:id/rows/:row', { id, row, body }),
    );
    if (!acted.ok) return;
    const { t } = this.screen;
    const { version, counts, results, gone } = acted.value;
    const changed = new Map(results.map((result) => [result.row, result]));
    const next = shown.results.map((result) => changed.get(result.row) ?? result);
    this.#import = { ...shown, version, counts, results: next, gone };
    const now = changed.get(row);
    for (const key of [...this.#typed.keys()]) if (key.startsWith(`${row} `)) this.#typed.delete(key);
    this.screen.setDirty(this.#typed.size > 0);
    const wrong = now && !now.skipped ? now.errors[0] : undefined;
    this.screen.say(wrong ? t.import.stillWrong(row, wrong.message) : t.import.mended(row) + t.import.stop + t.import.sum(counts));
    this.screen.focus(wrong ? `[data-mend="${row}"]` : '[data-mend], [data-commit]');
    this.host.requestUpdate();
  }

  async #mend(row: number): Promise<void> {
    const fields = [...this.#typed].filter(([key]) => key.startsWith(`${row} `));
    const values = Object.fromEntries(fields.map(([key, text]) => [key.split(' ')[1] as ImportField, text]));
    if (fields.length > 0) await this.#updateRow(row, { values });
  }

  readonly #rowActs: RowActs = {
    typed: (row, field) => this.#typed.get(`${row} ${field}`),
    type: (row, field, text) => {
      this.#typed.set(`${row} ${field}`, text);
      this.screen.setDirty(true);
      this.host.requestUpdate();
    },
    mend: (row) => void this.#mend(row),
    skip: (row, skip) => void this.#updateRow(row, { skip }),
  };

  readonly #turn = {
    go: (page: number): void => {
      this.#page = page;
      this.host.requestUpdate();
      this.screen.focus('[data-rows]');
    },
    resize: (size: number): void => {
      this.#pageSize = size;
      this.#turn.go(1);
    },
  };

  get #ready(): number {
    const { counts, gone } = this.#import!;
    return counts.new + counts.updated + counts.transfer + counts.same + gone.filter(({ leaves }) => leaves).length;
  }

  #commit = async (): Promise<void> => {
    const shown = this.#import!;
    const { t, blocked } = this.screen;
    // Unchecked input is checked first, and the clerk sees the result before the commit.
    if (this.#typed.size > 0 && !blocked) {
      for (const row of new Set([...this.#typed.keys()].map((key) => Number(key.split(' ')[0])))) await this.#mend(row);
      return;
    }
    if (blocked || this.#ready === 0 || (this.#mode === 'all-or-nothing' && shown.counts.invalid > 0)) return;
    this.#working = 'committing';
    this.progress(0, shown.rows);
    const { id } = shown;
    const body = { mode: this.#mode };
    const acted = await this.screen.act('import.commit', [id], (client, more) =>
      client.call('POST /teachers/imports/:id/commit', { ...more, id, body, patience: PATIENCE_MS }),
    );
    this.#working = null;
    if (acted.ok) {
      this.progress(shown.rows, shown.rows);
      this.#show(acted.value);
      this.screen.say(t.import.done + t.import.stop + t.import.doneSum(acted.value.counts));
      this.screen.focus('[data-import-heading]');
    }
    this.host.requestUpdate();
  };

  #undo = async (): Promise<void> => {
    const { id } = this.#import!;
    const acted = await this.screen.act('import.undo', [id], (client, more) =>
      client.call('POST /teachers/imports/:id/undo', { ...more, id, patience: PATIENCE_MS }),
    );
    if (!acted.ok) return;
    this.#show(acted.value);
    this.screen.saved(this.screen.t.import.undone);
    this.screen.focus('[data-import-heading]');
  };

  async #open(id: string): Promise<void> {
    const { client } = this.screen;
    const input = { id, patience: PATIENCE_MS };
    const read = await client.call('GET /teachers/imports/:id', input).catch((error: unknown) => error as ApiError);
    if (read instanceof Error) return this.screen.fail(read, null, true);
    this.#import = null;
    this.#show(read);
    this.screen.focus('[data-import-heading]');
  }

  #again = (): void => {
    this.#import = null;
    this.#file = null;
    this.#pasted = '';
    void this.begin();
    this.screen.focus('[data-import-heading]');
  };

  async #download(call: () => Promise<{ name: string; blob: Blob }>): Promise<void> {
    const file = await call().catch((error: unknown) => error as ApiError);
    if (file instanceof Error) this.screen.fail(file, null, true);
    else save(file);
  }

  render(level: number): TemplateResult {
    const { t } = this.screen;
    if (this.#working === 'reading') {
      return html`<div class="import">
        <p>${t.import.reading}</p>
        <progress aria-label=${t.import.reading}></progress>
      </div>`;
    }
    const shown = this.#import;
    if (!shown) return this.#renderPick(level);
    return shown.state === 'staged' ? this.#renderStaged(shown, level) : this.#renderDone(shown, level);
  }

  #renderPick(level: number): TemplateResult {
    const { t, blocked, client } = this.screen;
    return html`<div class="import">
      ${pickStep(t, level, blocked, this.#pasted, {
        file: (file) => void this.stageFile(file),
        paste: (text) => {
          this.#pasted = text;
          this.host.requestUpdate();
        },
        usePasted: this.#stagePasted,
        template: (format) => void this.#download(() => client.download('GET /teachers/imports/template', { query: { format } })),
      })}
      ${recentImports(t, level, this.#recent, (id) => void this.#open(id))}
    </div>`;
  }

  #renderStaged(shown: Import, level: number): TemplateResult {
    const { t, locale, blocked } = this.screen;
    const { counts } = shown;
    const stopped = this.#mode === 'all-or-nothing' && counts.invalid > 0;
    const none = this.#ready === 0 || stopped;
    return html`<div class="import">
      ${shown.repeats ? html`<p class="notice">${t.import.repeats(t.common.day(taipeiDay(shown.repeats.at)), shown.repeats.by)}</p>` : nothing}
      ${columnsStep(t, level, shown, this.#mapping, blocked, {
        map: (column, field) => {
          // A field belongs to one column, so the former column loses it.
          this.#mapping = this.#mapping.map((each, at) => (at === column ? field : each === field ? null : each));
          this.host.requestUpdate();
        },
        apply: (remember) => void this.#update({ mapping: this.#mapping, remember }),
        encode: this.#file ? (encoding) => void this.stageFile(this.#file!, encoding) : null,
        another: this.#again,
      })}
      ${datesStep(t, shown, blocked, (calendar) => void this.#update({ calendar }))}
      <section>
        <div class="subtitle" role="heading" aria-level=${level + 1} tabindex="-1" data-import-heading>${t.import.dryRun}</div>
        <p class="counts">${t.import.sum(counts)}</p>
        <div class="segments" role="group" aria-label=${t.import.show}>
          ${FILTERS.filter((filter) => counts[filter] > 0 || filter === this.#filter).map(
            (filter) =>
              html`<button type="button" aria-pressed=${filter === this.#filter} @click=${() => this.#choose(filter)}>
                ${t.import.filters[filter]}<span class="n">${counts[filter]}</span>
              </button>`,
          )}
        </div>
        ${rowsTable(
          t,
          locale,
          shown,
          this.codes(),
          { filter: this.#filter, page: this.#page, pageSize: this.#pageSize, blocked },
          this.#rowActs,
          this.#turn,
        )}
      </section>
      ${this.#comparison.render(shown, level)}
      <section class="form">
        ${counts.invalid > 0 ? this.#renderMode(counts) : nothing}
        ${
          this.#working === 'committing'
            ? html`<p>${t.import.committing}</p>
                <progress aria-label=${t.import.progress}></progress>`
            : nothing
        }
        <div class="acts">
          <button
            class="btn primary"
            part="button button-primary"
            type="button"
            data-commit
            aria-disabled=${blocked || none}
            aria-describedby=${none ? 'import-none' : nothing}
            @click=${this.#commit}
          >
            ${t.import.commit(counts.new + counts.updated + counts.transfer + counts.same)}
          </button>
          <button class="btn" part="button" type="button" @click=${this.#again}>${t.common.cancel}</button>
        </div>
        ${none ? html`<p class="hint" id="import-none">${stopped ? t.import.all : t.import.commitNone}</p>` : nothing}
      </section>
    </div>`;
  }

  #choose(filter: Filter): void {
    this.#filter = filter;
    this.#page = 1;
    this.host.requestUpdate();
  }

  #renderMode({ new: fresh, updated, transfer, same }: Import['counts']): TemplateResult {
    const { t } = this.screen;
    const choices = [
      ['valid', t.import.valid(fresh + updated + transfer + same)],
      ['all-or-nothing', t.import.all],
    ] as const;
    return html`<fieldset class="field">
      <legend>${t.import.mode}</legend>
      <div class="radios">
        ${choices.map(
          ([value, label]) =>
            html`<label
              ><input
                type="radio"
                name="import-mode"
                value=${value}
                .checked=${this.#mode === value}
                @change=${() => {
                  this.#mode = value;
                  this.host.requestUpdate();
                }}
              />
              ${label}</label
            >`,
        )}
      </div>
    </fieldset>`;
  }

  #renderDone(shown: Import, level: number): TemplateResult {
    const { t, blocked, client } = this.screen;
    return html`<div class="import">
      ${resultStep(t, level, shown, blocked, {
        errors: () =>
          void this.#download(() => client.download('GET /teachers/imports/:id/errors', { id: shown.id, query: { format: 'xlsx' } })),
        undo: () => void this.#undo(),
        again: this.#again,
      })}
    </div>`;
  }
}
