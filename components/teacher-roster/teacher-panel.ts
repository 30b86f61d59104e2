/** The detail of one entry: view, edit, notes, identity, leaving, history. Loaded when first opened. */
import '../i18n/more.js';
import { html, type LitElement, nothing, type TemplateResult } from 'lit';
import type { BodyOf } from '../../server/contract/call-types.js';
import type { Codes, Teacher } from '../../server/contract/wire.js';
import type { TeacherAction } from '../../server/domain/authority.js';
import { taipeiDay } from '../../server/domain/dates.js';
import type { TrailAction } from '../../server/domain/trail.js';
import type { ApiError } from '../api/api-error.js';
import { isComposing } from '../controllers/composing.js';
import type { Detail, DetailPanel } from '../controllers/detail.js';
import type { Screen, ScreenHost } from '../controllers/screen.js';
import { codeName, textIn } from '../i18n/locale.js';
import { actButton } from '../parts/act-button.js';
import { statusBadge } from '../parts/badges.js';
import { EditedForm } from '../parts/edited-form.js';
import { faultSummary, selectField, textField } from '../parts/fields.js';
import { actOn, fact, PanelTrail, panelTop, type WriteOf } from '../parts/panel.js';
import { subjectName } from '../parts/subject-name.js';
import { SubjectsEditor } from '../parts/subjects-editor.js';
import { DepartureDialog } from './departure-dialog.js';
import { departureWords } from './departure-words.js';
import { IdentityForm } from './identity-form.js';
import type { InvitationBox } from './invitation-box.js';
import { RevealForm } from './reveal-form.js';

const NOTES = ['unitNote', 'remark'] as const;

export interface TeacherPanelOptions {
  readonly: boolean;
  codes: Codes | null;
  /** Where an invited teacher claims the entry. */
  claimUrl: string | null;
  /** The entry was changed; the roster reads anew. */
  changed: () => void;
  detail: Detail;
}

type Values = Record<string, string>;

function editableOf(teacher: Teacher): Values {
  const { name, title, email, stage, subjects } = teacher;
  return { name, title, email: email ?? '', stage: stage ?? '', subjects: subjects.join(',') };
}

function notesOf({ unitNote, remark }: Teacher): Values {
  return { unitNote: unitNote ?? '', remark: remark ?? '' };
}

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
    this.#edited = new EditedForm(host, screen, { valuesOf: editableOf, changed, save: () => this.#save() });
    this.#notes = new EditedForm(host, screen, { valuesOf: notesOf, changed, save: () => this.#saveNotes() });
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

  #codeName(list: 'titles' | 'stages', code: string | null): string {
    const { t, locale } = this.screen;
    return code === null ? t.common.none : codeName(this.options.codes?.[list], code, locale);
  }

  #renderView(): TemplateResult {
    const { t } = this.screen;
    const { sex, title, stage, unitName, email, nationalId, name } = this.teacher;
    const number = this.#reveal.renderNumber(nationalId, this.#may('teacher.reveal'));
    return html`
      <dl>
        ${fact(t.field.name, name)} ${fact(t.field.sex, t.sex[sex])} ${fact(t.field.title, this.#codeName('titles', title))}
        ${fact(t.field.email, email ? html`<a href="mailto:${email}">${email}</a>` : t.common.none)} ${fact(t.field.school, unitName)}
        ${fact(t.field.stage, this.#codeName('stages', stage))} ${fact(t.field.nationalId, number)} ${this.#reveal.renderBirthDate()}
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
    const button = (name: TeacherAction, label: string, act: () => void, look = ''): TemplateResult | typeof nothing =>
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
    const { t, blocked, locale } = this.screen;
    const { form, type } = this.#edited;
    const choices = (list: 'titles' | 'stages', held: string) =>
      (this.options.codes?.[list] ?? [])
        .filter((item) => (item.active && !('refused' in item && item.refused)) || item.code === held)
        .map(({ code, names }) => ({ value: code, label: textIn(names, locale) }));
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
