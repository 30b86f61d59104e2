/** The detail of one entry: view, edit, notes, identity, leaving, history. Loaded when first opened. */
import '../i18n/more.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { Codes, Revealed, Teacher, TrailEntry } from '../../server/contract/wire.js';
import type { TeacherAction } from '../../server/domain/authority.js';
import { taipeiDay } from '../../server/domain/dates.js';
import type { TrailAction } from '../../server/domain/trail.js';
import type { ApiError } from '../api/api-error.js';
import type { Sending } from '../api/client.js';
import * as api from '../api/teachers.js';
import { readTrail } from '../api/units.js';
import { isComposing } from '../controllers/composing.js';
import type { Screen, ScreenHost } from '../controllers/screen.js';
import type { Locale } from '../i18n/locale.js';
import { statusBadge } from '../parts/badges.js';
import { conflictOf, conflictTable, type Conflict } from '../parts/conflict.js';
import { faultSummary, selectField, textField, type FormState } from '../parts/fields.js';
import { SubjectsEditor, subjectName } from '../parts/subjects-editor.js';
import { trailList } from '../parts/trail-list.js';
import { DepartureDialog } from './departure-dialog.js';
import { IdentityForm } from './identity-form.js';

const EDITABLE = ['name', 'title', 'email', 'stage', 'subjects'] as const;
const NOTES = ['unitNote', 'remark'] as const;
const REVEALED_MS = 10_000;

export interface TeacherPanelOptions {
  readonly: boolean;
  codes: Codes | null;
  locale: () => Locale;
  changed: () => void;
  close: () => void;
}

type Values = Record<string, string>;

function editableOf(teacher: Teacher): Values {
  const { name, title, email, stage, subjects } = teacher;
  return { name, title, email: email ?? '', stage: stage ?? '', subjects: subjects.join(',') };
}

function notesOf({ unitNote, remark }: Teacher): Values {
  return { unitNote: unitNote ?? '', remark: remark ?? '' };
}

export class TeacherPanel {
  #mode: 'view' | 'edit' | 'identity' | 'reveal' = 'view';
  #form: FormState = { values: {}, faults: {} };
  #original: Values = {};
  #notes: FormState;
  #conflict: Conflict | null = null;
  #revealed: Revealed | null = null;
  #hideLater: ReturnType<typeof setTimeout> | undefined;
  #trail: TrailEntry[] = [];
  #subjects: SubjectsEditor;
  #departure: DepartureDialog;
  #identity: IdentityForm;

  constructor(
    private readonly host: ScreenHost,
    private readonly screen: Screen,
    public teacher: Teacher,
    private readonly options: TeacherPanelOptions,
  ) {
    this.#notes = { values: notesOf(teacher), faults: {} };
    this.#subjects = new SubjectsEditor(
      {
        host,
        t: () => screen.t,
        locale: options.locale,
        say: (text) => screen.say(text),
        focus: (selector) => screen.focus(selector),
        changed: (subjects) => this.#type('subjects', subjects.join(',')),
      },
      () => options.codes,
    );
    this.#departure = new DepartureDialog(host, screen);
    this.#identity = new IdentityForm(host, screen);
    void this.#readTrail();
  }

  mayClose(): boolean {
    return !this.screen.dirty || confirm(this.screen.t.common.unsaved);
  }

  /** Drops a number that is still shown. */
  forget(): void {
    clearTimeout(this.#hideLater);
    this.#revealed = null;
  }

  async #readTrail(): Promise<void> {
    const { id, unitId } = this.teacher;
    const page = await readTrail(this.screen.client, { unit: unitId, target: id }).catch(() => null);
    this.#trail = page?.items ?? [];
    this.host.requestUpdate();
  }

  #may(name: TeacherAction): boolean {
    return !this.options.readonly && this.teacher.actions.some((action) => action.name === name && action.allowed);
  }

  #show(teacher: Teacher): void {
    this.teacher = teacher;
    this.#notes = { values: notesOf(teacher), faults: {} };
    this.#mode = 'view';
    this.#conflict = null;
    this.screen.setDirty(false);
    this.options.changed();
    void this.#readTrail();
    this.host.requestUpdate();
  }

  async #act(
    name: TrailAction,
    call: (more: Sending) => Promise<Teacher>,
    said: (teacher: Teacher) => string,
    more: { undo?: () => Promise<void>; quiet?: (error: ApiError) => boolean } = {},
  ): Promise<ApiError | null> {
    const acted = await this.screen.act(name, [this.teacher.id], call, more.quiet ? { quiet: more.quiet } : {});
    if (!acted.ok) {
      const current = acted.error.current<Teacher>();
      if (current && !more.quiet) this.#show(current);
      return acted.error;
    }
    this.#show(acted.value);
    this.screen.saved(said(acted.value), more.undo);
    this.screen.focus('[data-panel-heading]');
    return null;
  }

  #edit = (): void => {
    this.#original = editableOf(this.teacher);
    this.#form = { values: { ...this.#original }, faults: {} };
    this.#subjects.set(this.teacher.subjects, this.teacher.stage);
    this.#mode = 'edit';
    this.screen.focus('#name');
  };

  #back = (): void => {
    this.#mode = 'view';
    this.#conflict = null;
    this.#form = { values: {}, faults: {} };
    this.#original = {};
    this.#tellDirty();
    this.screen.focus('[data-panel-heading]');
  };

  /** Leaves the form; asks where something typed in it would be lost. */
  #leave = (): void => {
    const typed =
      this.#mode === 'identity' ? this.screen.dirty : EDITABLE.some((field) => this.#form.values[field] !== this.#original[field]);
    if (!typed || this.#mode === 'reveal' || confirm(this.screen.t.common.unsaved)) this.#back();
  };

  /** Something is unsaved in the form or in the notes. */
  #tellDirty(): void {
    const saved = notesOf(this.teacher);
    const notes = NOTES.some((note) => this.#notes.values[note] !== saved[note]);
    const form = this.#mode === 'edit' && EDITABLE.some((field) => this.#form.values[field] !== this.#original[field]);
    this.screen.setDirty(notes || form);
  }

  #type = (name: string, value: string): void => {
    this.#form.values[name] = value;
    delete this.#form.faults[name];
    this.#tellDirty();
    this.host.requestUpdate();
  };

  #save = async (event?: Event): Promise<void> => {
    event?.preventDefault();
    const { t, client } = this.screen;
    const { values } = this.#form;
    const touched = EDITABLE.filter((field) => values[field] !== this.#original[field]);
    const body = Object.fromEntries(
      touched.map((field) => [field, field === 'subjects' ? (values[field] || '').split(',').filter(Boolean) : values[field]]),
    );
    const error = await this.#act(
      'teacher.update',
      (more) => api.updateTeacher(client, this.teacher, body, more),
      ({ name }) => t.entry.updated(name),
      {
        quiet: ({ code }) => code === 'validation' || code === 'precondition-failed' || code === 'intern-not-allowed',
      },
    );
    if (!error) return;
    if (error.fields.length > 0) {
      this.#form.faults = Object.fromEntries(error.fields.map(({ path, message }) => [path.split('.')[0]!, message]));
      this.screen.focus('[data-summary]');
    }
    const current = error.current<Teacher>();
    if (current) {
      const theirs = editableOf(current);
      this.#compare(this.#original, values, theirs, current);
      this.#original = theirs;
    }
    this.host.requestUpdate();
  };

  #resolve = (): void => {
    const editing = this.#mode === 'edit';
    const form = editing ? this.#form : this.#notes;
    for (const { field, choose, theirs } of this.#conflict!.rows) if (choose === 'theirs') form.values[field] = theirs;
    this.#conflict = null;
    void (editing ? this.#save() : this.#saveNotes());
  };

  #drop = (): void => {
    this.#notes = { values: notesOf(this.teacher), faults: {} };
    this.#back();
  };

  #renderConflict(): TemplateResult | typeof nothing {
    if (!this.#conflict) return nothing;
    const choose = (field: string, side: 'mine' | 'theirs'): void => {
      this.#conflict!.rows.find((row) => row.field === field)!.choose = side;
    };
    return conflictTable(this.screen.t, this.#conflict, choose, this.#resolve, this.#drop);
  }

  #saveNotes = async (event?: Event): Promise<void> => {
    event?.preventDefault();
    const { t, client } = this.screen;
    const { values } = this.#notes;
    const before = notesOf(this.teacher);
    const touched = Object.fromEntries(NOTES.filter((note) => values[note] !== before[note]).map((note) => [note, values[note]]));
    const error = await this.#act(
      'teacher.update',
      (more) => api.updateTeacher(client, this.teacher, touched, more),
      () => t.entry.notesSaved,
      { quiet: ({ code }) => code === 'validation' || code === 'precondition-failed' },
    );
    if (!error) return;
    this.#notes.faults = Object.fromEntries(error.fields.map(({ path, message }) => [path, message]));
    const current = error.current<Teacher>();
    if (current) this.#compare(before, values, notesOf(current), current);
    this.host.requestUpdate();
  };

  /** What was typed beside what someone else saved meanwhile. */
  #compare(original: Values, mine: Values, theirs: Values, current: Teacher): void {
    const { t } = this.screen;
    this.teacher = current;
    this.#conflict = conflictOf(
      t.field,
      original,
      mine,
      theirs,
      current.updatedBy && { name: current.updatedBy.name, at: current.updatedAt },
    );
    this.screen.alert(t.conflict.heading);
    this.screen.focus('[data-conflict]');
  }

  #return = async (): Promise<void> => {
    const { t, client } = this.screen;
    await this.#act(
      'teacher.return',
      (more) => api.returnTeacher(client, this.teacher, more),
      ({ name }) => t.entry.returned(name),
    );
  };

  #depart = (): void => {
    const { t, client } = this.screen;
    this.#departure.ask(this.teacher, async (body) => {
      const said = ({ name, departure }: Teacher): string =>
        departure && departure.on > taipeiDay(new Date())
          ? t.entry.departedAhead(name, t.common.day(departure.on))
          : t.entry.departed1(name);
      return (
        (await this.#act('teacher.depart', (more) => api.departTeacher(client, this.teacher, body, more), said, { undo: this.#return })) ===
        null
      );
    });
  };

  #correct = (): void => {
    const { t, client } = this.screen;
    this.#mode = 'identity';
    this.#identity.open(this.teacher, (body) =>
      this.#act(
        'teacher.correct-identity',
        (more) => api.correctIdentity(client, this.teacher, body, more),
        ({ name }) => t.entry.corrected(name),
        { quiet: ({ fields }) => fields.length > 0 },
      ),
    );
  };

  #askReveal = (): void => {
    this.#mode = 'reveal';
    this.#form = { values: { reason: '' }, faults: {} };
    this.screen.focus('#reason');
  };

  #reveal = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { t, client } = this.screen;
    const reason = (this.#form.values['reason'] ?? '').trim();
    if (reason === '') {
      this.#form.faults['reason'] = t.reason.missing;
      this.screen.focus('#reason');
      return;
    }
    const acted = await this.screen.act('teacher.reveal', [this.teacher.id], () => api.revealTeacher(client, this.teacher, reason));
    if (!acted.ok) return;
    this.#mode = 'view';
    this.#revealed = acted.value;
    this.screen.say(t.entry.revealed);
    this.screen.focus('[data-panel-heading]');
    clearTimeout(this.#hideLater);
    this.#hideLater = setTimeout(() => {
      this.#revealed = null;
      this.host.requestUpdate();
    }, REVEALED_MS);
    void this.#readTrail();
  };

  onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || isComposing(event)) return;
    event.stopPropagation();
    if (this.#mode === 'view') this.options.close();
    else this.#leave();
  };

  render(): TemplateResult {
    const { t } = this.screen;
    const { name, status, username, departure } = this.teacher;
    const left =
      departure &&
      (departure.on > taipeiDay(new Date()) ? t.roster.leavesOn : t.roster.left)(t.common.day(departure.on), t.departure[departure.kind]);
    return html`
      <button class="btn quiet back" part="button" type="button" @click=${this.options.close}>${t.entry.backToRoster}</button>
      <div class="top">
        <div>
          <div class="subtitle" id="panel-heading" role="heading" aria-level="3" tabindex="-1" data-panel-heading>${name}</div>
          ${statusBadge(status, t.teacherStatus[status])}
          <span class="muted">${username ?? t.roster.notApplied}${left ? ` · ${left}` : ''}</span>
        </div>
        <button class="btn quiet" part="button" type="button" aria-label=${t.common.close} @click=${this.options.close}>✕</button>
      </div>
      ${this.#renderMode()}
    `;
  }

  renderDialog(): TemplateResult | typeof nothing {
    return this.#departure.render();
  }

  #renderMode(): TemplateResult {
    switch (this.#mode) {
      case 'edit':
        return this.#renderEdit();
      case 'identity':
        return html`<div>${this.#identity.render(this.#leave)}</div>`;
      default:
        return this.#renderView();
    }
  }

  #codeName(list: 'titles' | 'stages', code: string | null): string {
    return this.options.codes?.[list].find((item) => item.code === code)?.names[this.options.locale()] ?? code ?? this.screen.t.common.none;
  }

  #renderView(): TemplateResult {
    const { t } = this.screen;
    const { sex, title, stage, unitName, email, subjects } = this.teacher;
    const row = (label: string, value: unknown): TemplateResult =>
      html`<dt>${label}</dt>
        <dd>${value}</dd>`;
    return html`
      <dl>
        ${row(t.field.name, this.teacher.name)} ${row(t.field.sex, t.sex[sex])} ${row(t.field.title, this.#codeName('titles', title))}
        ${row(t.field.email, email ? html`<a href="mailto:${email}">${email}</a>` : t.common.none)} ${row(t.field.school, unitName)}
        ${row(t.field.stage, this.#codeName('stages', stage))} ${row(t.field.nationalId, this.#renderNumber())}
        ${this.#revealed ? row(t.field.birthDate, t.common.dayLong(this.#revealed.birthDate)) : nothing}
      </dl>
      ${this.#mode === 'reveal' ? this.#renderReveal() : nothing}
      <div>
        <div class="label">${t.field.subjects}</div>
        ${
          subjects.length === 0
            ? html`<p class="muted">${t.entry.noSubjects}</p>`
            : html`<ol>
                ${subjects.map((code) => html`<li>${subjectName(this.options.codes, code, this.options.locale())}</li>`)}
              </ol>`
        }
      </div>
      ${this.#renderActs()} ${this.#may('teacher.update') ? this.#renderNotes() : nothing}
      <hr />
      <details open>
        <summary>${t.common.trail}</summary>
        ${trailList(t, this.#trail)}
      </details>
    `;
  }

  #renderNumber(): TemplateResult {
    const { t } = this.screen;
    const revealed = this.#revealed?.nationalId;
    // Read digit by digit; the eye sees the number as it is written.
    if (revealed) return html`<span aria-hidden="true">${revealed}</span><span class="visually-hidden">${[...revealed].join(' ')}</span>`;
    return html`${this.teacher.nationalId}
    ${this.#may('teacher.reveal') && this.#mode !== 'reveal' ? html`<button class="btn quiet" part="button" type="button" aria-label=${t.entry.revealTitle} @click=${this.#askReveal}>${t.entry.reveal}</button>` : nothing}`;
  }

  #renderReveal(): TemplateResult {
    const { t, blocked } = this.screen;
    return html`<form class="form" novalidate @submit=${this.#reveal}>
      ${textField(t, this.#form, { name: 'reason', label: t.entry.revealReason, required: true }, (name, value) => {
        this.#form.values[name] = value;
        delete this.#form.faults[name];
        this.host.requestUpdate();
      })}
      <div class="acts">
        <button class="btn primary" part="button button-primary" type="submit" aria-disabled=${blocked}>${t.entry.revealTitle}</button>
        <button class="btn" part="button" type="button" @click=${this.#back}>${t.common.cancel}</button>
      </div>
    </form>`;
  }

  #renderActs(): TemplateResult {
    const { t, blocked } = this.screen;
    const readOnly = this.teacher.actions.length > 0 && this.teacher.actions.every(({ allowed }) => !allowed);
    const button = (name: TeacherAction, label: string, act: () => void, look = ''): TemplateResult | typeof nothing =>
      this.#may(name)
        ? html`<button
            class="btn ${look}"
            part="button"
            type="button"
            aria-disabled=${blocked}
            @click=${() => (this.screen.blocked ? undefined : act())}
          >
            ${label}
          </button>`
        : nothing;
    return html`${readOnly ? html`<p class="hint">${t.entry.readOnly}</p>` : nothing}
      <div class="acts">
        ${button('teacher.update', t.entry.edit, this.#edit, 'primary')} ${button('teacher.depart', `${t.entry.depart}…`, this.#depart)}
        ${button('teacher.return', t.entry.return, this.#return)}
        ${button('teacher.correct-identity', t.entry.correct, this.#correct, 'quiet')}
      </div>`;
  }

  #renderNotes(): TemplateResult {
    const { t, blocked } = this.screen;
    const typed = (name: string, value: string): void => {
      this.#notes.values[name] = value;
      delete this.#notes.faults[name];
      this.#tellDirty();
      this.host.requestUpdate();
    };
    return html`<form class="form" novalidate @submit=${this.#saveNotes}>
      ${this.#mode === 'view' ? this.#renderConflict() : nothing}
      ${NOTES.map((name) => textField(t, this.#notes, { name, label: t.field[name], lines: true }, typed))}
      <div class="acts"><button class="btn" part="button" type="submit" aria-disabled=${blocked}>${t.entry.saveNotes}</button></div>
    </form>`;
  }

  #renderEdit(): TemplateResult {
    const { t, blocked } = this.screen;
    const form = this.#form;
    const choices = (list: 'titles' | 'stages', held: string) =>
      (this.options.codes?.[list] ?? [])
        .filter((item) => (item.active && !('refused' in item && item.refused)) || item.code === held)
        .map(({ code, names }) => ({ value: code, label: names[this.options.locale()] }));
    return html`<form class="form" novalidate @submit=${this.#save}>
      ${faultSummary(t, form, t.field, this.host.renderRoot)}
      ${
        this.#conflict
          ? conflictTable(
              t,
              this.#conflict,
              (field, side) => {
                this.#conflict!.rows.find((row) => row.field === field)!.choose = side;
              },
              this.#resolve,
              this.#back,
            )
          : nothing
      }
      ${textField(t, form, { name: 'name', label: t.field.name, required: true }, this.#type)}
      ${selectField(form, { name: 'title', label: t.field.title, choices: choices('titles', this.teacher.title), required: true }, this.#type)}
      ${textField(t, form, { name: 'email', label: t.field.email, type: 'email', optional: true }, this.#type)}
      ${selectField(form, { name: 'stage', label: t.field.stage, choices: choices('stages', this.teacher.stage ?? ''), empty: t.register.choose }, this.#type)}
      ${this.#subjects.render(form.faults['subjects'])}
      <div class="acts">
        <button class="btn primary" part="button button-primary" type="submit" aria-disabled=${blocked}>${t.entry.update}</button>
        <button class="btn" part="button" type="button" @click=${this.#back}>${t.common.cancel}</button>
      </div>
    </form>`;
  }
}
