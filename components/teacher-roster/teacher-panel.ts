/** The detail of one entry: view, edit, notes, identity, leaving, history. Loaded when first opened. */
import '../i18n/more.js';
import { html, type LitElement, nothing, type TemplateResult } from 'lit';
import type { BodyOf } from '../../server/contract/call-types.js';
import type { Codes, Teacher } from '../../server/contract/wire.js';
import type { TeacherAction } from '../../server/domain/authority.js';
import { taipeiDay } from '../../server/domain/dates.js';
import { PLAIN_TEACHER_FIELDS, TEACHER_FIELDS, teacherFieldsSetBy } from '../../server/domain/teacher-fields.js';
import type { TrailAction } from '../../server/domain/trail.js';
import type { ApiError } from '../api/api-error.js';
import { isComposing } from '../controllers/composing.js';
import type { Detail, DetailPanel } from '../controllers/detail.js';
import type { Screen, ScreenHost } from '../controllers/screen.js';
import { actButton } from '../parts/act-button.js';
import { statusBadge } from '../parts/badges.js';
import { EditedForm } from '../parts/edited-form.js';
import { fieldControl, formValues, sentValues, typedText } from '../parts/field-form.js';
import { valueShown, type FieldTexts } from '../parts/field-text.js';
import { faultSummary, textField } from '../parts/fields.js';
import { actOn, fact, PanelTrail, panelTop, type WriteOf } from '../parts/panel.js';
import { subjectName } from '../parts/subject-name.js';
import { SubjectsEditor } from '../parts/subjects-editor.js';
import { DepartureDialog } from './departure-dialog.js';
import { departureWords } from './departure-words.js';
import { IdentityForm } from './identity-form.js';
import type { InvitationBox } from './invitation-box.js';
import { RevealForm } from './reveal-form.js';

export interface TeacherPanelOptions {
  readonly: boolean;
  codes: Codes | null;
  /** Where an invited teacher claims the entry. */
  claimUrl: string | null;
  /** The entry was changed; the roster reads anew. */
  changed: () => void;
  detail: Detail;
}

const EDITABLE = teacherFieldsSetBy('update').filter((name) => TEACHER_FIELDS[name].kind !== 'note');
const NOTES = teacherFieldsSetBy('update').filter((name) => TEACHER_FIELDS[name].kind === 'note');
/** Those told in a line each; subjects, notes and the identity have their own places. */
const FACTS = PLAIN_TEACHER_FIELDS.filter((name) => !['note', 'subjects'].includes(TEACHER_FIELDS[name].kind));

export class TeacherPanel implements DetailPanel {
  #mode: 'view' | 'edit' | 'identity' = 'view';
  #edited: EditedForm<Teacher>;
  #notes: EditedForm<Teacher>;
  #trail: PanelTrail;
  #subjects: SubjectsEditor;
  #departure: DepartureDialog;
  #identity: IdentityForm;
  #reveal: RevealForm;
  #invitation: InvitationBox | null = null;

  constructor(
    private readonly host: ScreenHost & LitElement,
    private readonly screen: Screen,
    public teacher: Teacher,
    private readonly options: TeacherPanelOptions,
  ) {
    const changed = (): void => this.#tellDirty();
    const words = (name: string, text: string): string => typedText(this.#texts, TEACHER_FIELDS, name, text);
    this.#edited = new EditedForm(host, screen, {
      valuesOf: (entry) => formValues(EDITABLE, entry),
      words,
      changed,
      save: () => this.#save(),
    });
    this.#notes = new EditedForm(host, screen, {
      valuesOf: (entry) => formValues(NOTES, entry),
      words,
      changed,
      save: () => this.#saveNotes(),
    });
    this.#notes.start(teacher);
    this.#subjects = new SubjectsEditor(host, screen, options.codes, (subjects) => this.#edited.type('subjects', subjects.join(',')));
    this.#departure = new DepartureDialog(host, screen);
    this.#identity = new IdentityForm(host, screen);
    this.#trail = new PanelTrail(host, screen, options.codes);
    this.#reveal = new RevealForm(host, screen, teacher.id, () => void this.#trail.read(this.teacher));
    void this.#trail.read(teacher);
  }

  get id(): string {
    return this.teacher.id;
  }

  /** Drops a number that is still shown. */
  forget(): void {
    this.#reveal.forget();
  }

  #may(name: TeacherAction): boolean {
    return !this.options.readonly && this.teacher.actions.some((action) => action.name === name && action.allowed);
  }

  #show(teacher: Teacher): void {
    this.teacher = teacher;
    this.#notes.start(teacher);
    this.#edited.clear();
    this.#enter('view');
    this.screen.setDirty(false);
    this.options.changed();
    void this.#trail.read(teacher);
  }

  #act(
    name: TrailAction,
    call: WriteOf<Teacher>,
    said: (teacher: Teacher) => string,
    more: { undo?: () => Promise<void>; quiet?: (error: ApiError) => boolean } = {},
  ): Promise<ApiError | null> {
    return actOn(this.screen, name, this.teacher, call, { show: (teacher) => this.#show(teacher), said, ...more });
  }

  #enter(mode: 'view' | 'edit' | 'identity'): void {
    this.#mode = mode;
    this.#reveal.asks = false;
    this.host.requestUpdate();
  }

  #edit = (): void => {
    this.#edited.start(this.teacher);
    this.#subjects.set(this.teacher.subjects, this.teacher.stage);
    this.#enter('edit');
    this.screen.focus('#name');
  };

  #back = (): void => {
    this.#enter('view');
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
    await this.#saveForm(this.#edited, ({ name }) => t.entry.updated(name));
  };

  #saveNotes = async (event?: Event): Promise<void> => {
    event?.preventDefault();
    await this.#saveForm(this.#notes, () => this.screen.t.entry.notesSaved);
  };

  async #saveForm(edited: EditedForm<Teacher>, said: (teacher: Teacher) => string): Promise<void> {
    const body: BodyOf<'PATCH /teachers/:id'> = sentValues(TEACHER_FIELDS, edited.touched);
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
    const part = await this.screen.part(import('./invitation-box.js'));
    if (!part) return;
    this.#invitation = new part.InvitationBox(this.host, this.screen, this.options.claimUrl);
    if (await this.#invitation.make(this.teacher)) this.screen.focus('[data-invitation]');
    this.host.requestUpdate();
  };

  #correct = (): void => {
    const { t } = this.screen;
    this.#enter('identity');
    this.#identity.open(this.teacher, (body) =>
      this.#act(
        'teacher.correct-identity',
        (client, more) => client.call('POST /teachers/:id/identity', { ...more, body }),
        ({ name }) => t.entry.corrected(name),
        { quiet: ({ fields }) => fields.length > 0 },
      ),
    );
  };

  onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || isComposing(event)) return;
    event.stopPropagation();
    if (this.#reveal.asks) this.#reveal.cancel();
    else if (this.#mode === 'view') this.options.detail.close();
    else this.#leave();
  };

  render(): TemplateResult {
    const { t } = this.screen;
    const { name, status, username, departure } = this.teacher;
    return html`${panelTop(this.screen, {
      name,
      badge: statusBadge(status, t.teacherStatus[status]),
      back: t.entry.backToRoster,
      close: this.options.detail.close,
      beside: `${username ?? t.roster.notApplied}${departure ? ` · ${departureWords(t, departure)}` : ''}`,
    })}
    ${this.#renderMode()}`;
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

  get #texts(): FieldTexts {
    const { t, locale } = this.screen;
    return { t, locale, codes: this.options.codes };
  }

  #renderView(): TemplateResult {
    const { t } = this.screen;
    const { unitName, nationalId, unreadable } = this.teacher;
    const number =
      nationalId === null ? t.roster.unreadable : this.#reveal.renderNumber(nationalId, this.#may('teacher.reveal') && !unreadable);
    return html`
      ${unreadable ? html`<p class="notice bad" part="notice">${t.entry.unreadable}</p>` : nothing}
      <dl>
        ${FACTS.map((name) => fact(t.field[name], valueShown(this.#texts, TEACHER_FIELDS[name], this.teacher[name])))}
        ${fact(t.field.school, unitName)} ${fact(t.field.nationalId, number)} ${this.#reveal.renderBirthDate()}
      </dl>
      ${this.#reveal.render()} ${this.#renderSubjects()} ${this.#renderActs()}
      ${this.#may('teacher.update') ? this.#renderNotes() : nothing} ${this.#trail.render()}
    `;
  }

  #renderSubjects(): TemplateResult {
    const { t, locale } = this.screen;
    const { subjects } = this.teacher;
    return html`<div>
      <div class="label">${t.field.subjects}</div>
      ${
        subjects.length === 0
          ? html`<p class="muted">${t.entry.noSubjects}</p>`
          : html`<ol>
              ${subjects.map((code) => html`<li>${subjectName(this.options.codes, code, locale)}</li>`)}
            </ol>`
      }
    </div>`;
  }

  #renderActs(): TemplateResult {
    const { t } = this.screen;
    const readOnly = this.teacher.actions.length > 0 && this.teacher.actions.every(({ allowed }) => !allowed);
    const button = (name: TeacherAction, label: string, act: () => void | Promise<void>, look = ''): TemplateResult | typeof nothing =>
      this.#may(name) ? actButton(this.screen, label, act, { look }) : nothing;
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
    const control = (name: (typeof EDITABLE)[number]): TemplateResult => {
      if (name === 'subjects') return this.#subjects.render(form.faults[name]);
      return fieldControl(this.#texts, form, name, TEACHER_FIELDS[name], type, { held: this.teacher[name] });
    };
    return html`<form class="form" novalidate @submit=${this.#save}>
      ${faultSummary(t, form, t.field, this.host.renderRoot)} ${this.#edited.renderConflict(this.#back)} ${EDITABLE.map(control)}
      <div class="acts">
        <button class="btn primary" part="button button-primary" type="submit" aria-disabled=${blocked}>${t.entry.update}</button>
        <button class="btn" part="button" type="button" @click=${this.#back}>${t.common.cancel}</button>
      </div>
    </form>`;
  }
}
