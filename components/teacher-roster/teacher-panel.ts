/** The detail of one entry: view, edit, notes, identity, leaving, history. Loaded when first opened. */
import '../i18n/more.js';
import { html, type LitElement, nothing, type TemplateResult } from 'lit';
import type { BodyOf } from '../../server/contract/call-types.js';
import type { Codes, Revealed, Teacher, TrailEntry } from '../../server/contract/wire.js';
import type { TeacherAction } from '../../server/domain/authority.js';
import { taipeiDay } from '../../server/domain/dates.js';
import type { TrailAction } from '../../server/domain/trail.js';
import type { ApiError } from '../api/api-error.js';
import type { Client, Sending } from '../api/client.js';
import { isComposing } from '../controllers/composing.js';
import type { Screen, ScreenHost } from '../controllers/screen.js';
import { codeName, textIn, type Locale } from '../i18n/locale.js';
import { statusBadge } from '../parts/badges.js';
import { EditedForm } from '../parts/edited-form.js';
import { faultSummary, selectField, textField, type FormState } from '../parts/fields.js';
import { SubjectsEditor, subjectName } from '../parts/subjects-editor.js';
import { trailList } from '../parts/trail-list.js';
import { DepartureDialog } from './departure-dialog.js';
import { IdentityForm } from './identity-form.js';
import type { InvitationBox } from './invitation-box.js';

const NOTES = ['unitNote', 'remark'] as const;
const REVEALED_MS = 10_000;

export interface TeacherPanelOptions {
  readonly: boolean;
  codes: Codes | null;
  locale: () => Locale;
  /** Where an invited teacher claims the entry. */
  claimUrl: string | null;
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
  #edited: EditedForm<Teacher>;
  #notes: EditedForm<Teacher>;
  #why: FormState = { values: {}, faults: {} };
  #revealed: Revealed | null = null;
  #hideLater: ReturnType<typeof setTimeout> | undefined;
  #trail: TrailEntry[] = [];
  #subjects: SubjectsEditor;
  #departure: DepartureDialog;
  #identity: IdentityForm;
  #invitation: InvitationBox | null = null;

  constructor(
    private readonly host: ScreenHost & LitElement,
    private readonly screen: Screen,
    public teacher: Teacher,
    private readonly options: TeacherPanelOptions,
  ) {
    const changed = (): void => this.#tellDirty();
    this.#edited = new EditedForm(host, screen, { valuesOf: editableOf, changed, save: () => this.#save() });
    this.#notes = new EditedForm(host, screen, { valuesOf: notesOf, changed, save: () => this.#saveNotes() });
    this.#notes.start(teacher);
    this.#subjects = new SubjectsEditor(
      {
        host,
        t: () => screen.t,
        locale: options.locale,
        say: (text) => screen.say(text),
        focus: (selector) => screen.focus(selector),
        changed: (subjects) => this.#edited.type('subjects', subjects.join(',')),
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
    const page = await this.screen.client.call('GET /audit', { query: { unit: unitId, target: id } }).catch(() => null);
    this.#trail = page?.items ?? [];
    this.host.requestUpdate();
  }

  #may(name: TeacherAction): boolean {
    return !this.options.readonly && this.teacher.actions.some((action) => action.name === name && action.allowed);
  }

  #show(teacher: Teacher): void {
    this.teacher = teacher;
    this.#notes.start(teacher);
    this.#edited.clear();
    this.#mode = 'view';
    this.screen.setDirty(false);
    this.options.changed();
    void this.#readTrail();
    this.host.requestUpdate();
  }

  async #act(
    name: TrailAction,
    call: (client: Client, more: Sending & Pick<Teacher, 'id' | 'version'>) => Promise<Teacher>,
    said: (teacher: Teacher) => string,
    more: { undo?: () => Promise<void>; quiet?: (error: ApiError) => boolean } = {},
  ): Promise<ApiError | null> {
    const { id, version } = this.teacher;
    const send = (client: Client, sending: Sending): Promise<Teacher> => call(client, { ...sending, id, version });
    const acted = await this.screen.act(name, [id], send, more.quiet ? { quiet: more.quiet } : {});
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
    this.#edited.start(this.teacher);
    this.#subjects.set(this.teacher.subjects, this.teacher.stage);
    this.#mode = 'edit';
    this.screen.focus('#name');
  };

  #back = (): void => {
    this.#mode = 'view';
    this.#edited.clear();
    this.#tellDirty();
    this.screen.focus('[data-panel-heading]');
  };

  /** Leaves the form; asks where something typed in it would be lost. */
  #leave = (): void => {
    const typed = this.#mode === 'identity' ? this.screen.dirty : this.#edited.dirty;
    if (!typed || confirm(this.screen.t.common.unsaved)) this.#back();
  };

  #dropNotes = (): void => {
    this.#notes.start(this.teacher);
    this.#back();
  };

  /** Something is unsaved in the form or in the notes. */
  #tellDirty(): void {
    this.screen.setDirty(this.#edited.dirty || this.#notes.dirty);
  }

  #save = async (event?: Event): Promise<void> => {
    event?.preventDefault();
    const { t } = this.screen;
    const { subjects, ...touched } = this.#edited.touched;
    const body = { ...touched, ...(subjects === undefined ? {} : { subjects: subjects.split(',').filter(Boolean) }) };
    await this.#saveForm(this.#edited, body, ({ name }) => t.entry.updated(name));
  };

  #saveNotes = async (event?: Event): Promise<void> => {
    event?.preventDefault();
    await this.#saveForm(this.#notes, this.#notes.touched, () => this.screen.t.entry.notesSaved);
  };

  async #saveForm(edited: EditedForm<Teacher>, body: BodyOf<'PATCH /teachers/:id'>, said: (teacher: Teacher) => string): Promise<void> {
    const error = await this.#act('teacher.update', (client, more) => client.call('PATCH /teachers/:id', { ...more, body }), said, {
      quiet: edited.takes,
    });
    this.teacher = (error && edited.takes(error) && edited.refuse(error)) || this.teacher;
  }

  #return = async (): Promise<void> => {
    const { t } = this.screen;
    await this.#act(
      'teacher.return',
      (client, more) => client.call('DELETE /teachers/:id/departure', more),
      ({ name }) => t.entry.returned(name),
    );
  };

  #depart = (): void => {
    const { t } = this.screen;
    this.#departure.ask(this.teacher, async (body) => {
      const said = ({ name, departure }: Teacher): string =>
        departure && departure.on > taipeiDay(new Date())
          ? t.entry.departedAhead(name, t.common.day(departure.on))
          : t.entry.departed1(name);
      return (
        (await this.#act('teacher.depart', (client, more) => client.call('POST /teachers/:id/departure', { ...more, body }), said, {
          undo: this.#return,
        })) === null
      );
    });
  };

  #invite = async (): Promise<void> => {
    const { InvitationBox } = await this.screen.part(import('./invitation-box.js'));
    this.#invitation = new InvitationBox(this.host, this.screen, this.options.claimUrl);
    if (await this.#invitation.make(this.teacher)) this.screen.focus('[data-invitation]');
    this.host.requestUpdate();
  };

  #correct = (): void => {
    const { t } = this.screen;
    this.#mode = 'identity';
    this.#identity.open(this.teacher, (body) =>
      this.#act(
        'teacher.correct-identity',
        (client, more) => client.call('POST /teachers/:id/identity', { ...more, body }),
        ({ name }) => t.entry.corrected(name),
        { quiet: ({ fields }) => fields.length > 0 },
      ),
    );
  };

  #askReveal = (): void => {
    this.#mode = 'reveal';
    this.#why = { values: { reason: '' }, faults: {} };
    this.screen.focus('#reason');
  };

  #reveal = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { t } = this.screen;
    const reason = (this.#why.values['reason'] ?? '').trim();
    if (reason === '') {
      this.#why.faults['reason'] = t.reason.missing;
      this.screen.focus('#reason');
      return;
    }
    const { id } = this.teacher;
    const acted = await this.screen.act('teacher.reveal', [id], (client) =>
      client.call('POST /teachers/:id/reveal', { id, body: { reason }, once: true }),
    );
    if (!acted.ok) return;
    this.#mode = 'view';
    this.#revealed = acted.value;
    this.screen.say(t.entry.revealed(REVEALED_MS / 1000));
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
        return this.#identity.render(this.#leave);
      default:
        return this.#renderView();
    }
  }

  #codeName(list: 'titles' | 'stages', code: string | null): string {
    return code === null ? this.screen.t.common.none : codeName(this.options.codes?.[list], code, this.options.locale());
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
        ${trailList({ t, codes: this.options.codes, locale: this.options.locale() }, this.#trail)}
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
      ${textField(t, this.#why, { name: 'reason', label: t.entry.revealReason, required: true }, (name, value) => {
        this.#why.values[name] = value;
        delete this.#why.faults[name];
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
        ${this.teacher.status === 'pending' ? button('teacher.update', t.entry.invite, this.#invite) : nothing}
        ${button('teacher.correct-identity', t.entry.correct, this.#correct, 'quiet')}
      </div>
      ${this.#invitation?.render(this.teacher) ?? nothing}`;
  }

  #renderNotes(): TemplateResult {
    const { t, blocked } = this.screen;
    const { form, type } = this.#notes;
    return html`<form class="form" novalidate @submit=${this.#saveNotes}>
      ${this.#notes.renderConflict(this.#dropNotes)}
      ${NOTES.map((name) => textField(t, form, { name, label: t.field[name], lines: true }, type))}
      <div class="acts"><button class="btn" part="button" type="submit" aria-disabled=${blocked}>${t.entry.saveNotes}</button></div>
    </form>`;
  }

  #renderEdit(): TemplateResult {
    const { t, blocked } = this.screen;
    const { form, type } = this.#edited;
    const choices = (list: 'titles' | 'stages', held: string) =>
      (this.options.codes?.[list] ?? [])
        .filter((item) => (item.active && !('refused' in item && item.refused)) || item.code === held)
        .map(({ code, names }) => ({ value: code, label: textIn(names, this.options.locale()) }));
    return html`<form class="form" novalidate @submit=${this.#save}>
      ${faultSummary(t, form, t.field, this.host.renderRoot)} ${this.#edited.renderConflict(this.#back)}
      ${textField(t, form, { name: 'name', label: t.field.name, required: true }, type)}
      ${selectField(form, { name: 'title', label: t.field.title, choices: choices('titles', this.teacher.title), required: true }, type)}
      ${textField(t, form, { name: 'email', label: t.field.email, type: 'email', optional: true }, type)}
      ${selectField(form, { name: 'stage', label: t.field.stage, choices: choices('stages', this.teacher.stage ?? ''), empty: t.register.choose }, type)}
      ${this.#subjects.render(form.faults['subjects'])}
      <div class="acts">
        <button class="btn primary" part="button button-primary" type="submit" aria-disabled=${blocked}>${t.entry.update}</button>
        <button class="btn" part="button" type="button" @click=${this.#back}>${t.common.cancel}</button>
      </div>
    </form>`;
  }
}
