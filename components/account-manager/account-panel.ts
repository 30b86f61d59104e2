/** The detail of one account: its fields, its actions, its audit entries. Loaded when the first one opens. */
import '../i18n/more.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { Account, Action } from '../../server/contract/wire.js';
import { ACCOUNT_FIELDS, ACCOUNT_FIELD_NAMES } from '../../server/domain/account-fields.js';
import { ROLES, type AccountAction, type Role } from '../../server/domain/authority.js';
import { taipeiDay } from '../../server/domain/dates.js';
import { isComposing } from '../controllers/composing.js';
import type { Detail, DetailPanel } from '../controllers/detail.js';
import type { Screen, ScreenHost } from '../controllers/screen.js';
import { actButton } from '../parts/act-button.js';
import { statusBadge } from '../parts/badges.js';
import { EditedForm } from '../parts/edited-form.js';
import { choiceField } from '../parts/choice-field.js';
import { fieldControl, formValues, sentValues, typedText } from '../parts/field-form.js';
import { valueShown, type FieldTexts } from '../parts/field-text.js';
import { faultSummary, type FormState } from '../parts/fields.js';
import { actOn, fact, PanelTrail, panelTop, type WriteOf } from '../parts/panel.js';
import { ReasonDialog } from '../parts/reason-dialog.js';
import { addStyles } from '../styles/add-styles.js';
import { choices } from '../styles/choices.js';
import { LinkedIdentities } from './linked-identities.js';

export interface PanelOptions {
  readonly: boolean;
  /** The account was changed; the list is read again. */
  changed: () => void;
  detail: Detail;
}

export class AccountPanel implements DetailPanel {
  #editing = false;
  #edited: EditedForm<Account>;
  #grant: FormState = { values: {}, faults: {} };
  #replace = false;
  #trail: PanelTrail;
  #dialog: ReasonDialog;
  #identities: LinkedIdentities;

  constructor(
    private readonly host: ScreenHost,
    private readonly screen: Screen,
    public account: Account,
    private readonly options: PanelOptions,
  ) {
    addStyles(host, choices);
    this.#dialog = new ReasonDialog(host, screen);
    this.#trail = new PanelTrail(host, screen);
    this.#edited = new EditedForm(host, screen, {
      valuesOf: (account) => formValues(ACCOUNT_FIELD_NAMES, account),
      words: (name, text) => typedText(this.#texts, ACCOUNT_FIELDS, name, text),
      changed: () => screen.setDirty(this.#edited.dirty),
      save: () => this.#save(),
    });
    this.#preset();
    this.#identities = new LinkedIdentities(
      host,
      screen,
      () => this.account,
      (account) => this.#show(account),
    );
    void this.#trail.read(this.account);
    void this.#identities.read();
  }

  get id(): string {
    return this.account.id;
  }

  #preset(): void {
    const granting = this.#granting;
    const wished = granting?.roles?.find((role) => role === this.account.requestedRole);
    this.#grant = { values: { role: this.#presentRole ?? wished ?? granting?.roles?.[0] ?? '' }, faults: {} };
    this.#replace = false;
  }

  #action(name: AccountAction): Action | undefined {
    return this.account.actions.find((action) => action.name === name);
  }

  get #granting(): Action | undefined {
    return this.#action('account.activate') ?? this.#action('account.switch-role');
  }

  /** The role that a switch would change; null before the account is enabled. */
  get #presentRole(): Role | null {
    return this.account.status === 'active' ? this.account.role : null;
  }

  /** One write to this account, which reloads the list. */
  async #act(
    name: AccountAction,
    call: WriteOf<Account>,
    said: (account: Account) => string,
    undo?: () => Promise<void>,
  ): Promise<boolean> {
    const show = (account: Account): void => this.#show(account);
    return (await actOn(this.screen, name, this.account, call, { show, said, undo })) === null;
  }

  #show(account: Account): void {
    this.account = account;
    this.#preset();
    this.options.changed();
    void this.#trail.read(this.account);
    this.host.requestUpdate();
  }

  #grantRole = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { t } = this.screen;
    const role = this.#grant.values['role'] as Role;
    if (role === this.#presentRole) return;
    const body = { role, ...(this.#replace ? { replace: true } : {}) };
    const { name } = this.account;
    if (this.account.status === 'pending') {
      await this.#act(
        'account.activate',
        (client, more) => client.call('POST /accounts/:id/activation', { ...more, body }),
        () => t.account.activated(name, t.role[role]),
      );
      return;
    }
    const before = this.account.role;
    const back = role === 'head' || before === 'head' ? undefined : () => this.#switchBack(before!);
    await this.#act(
      'account.switch-role',
      (client, more) => client.call('PUT /accounts/:id/role', { ...more, body }),
      () => t.account.switched(name, t.role[role]),
      back,
    );
  };

  async #switchBack(role: Role): Promise<void> {
    const { t } = this.screen;
    await this.#act(
      'account.switch-role',
      (client, more) => client.call('PUT /accounts/:id/role', { ...more, body: { role } }),
      ({ name }) => t.account.switched(name, t.role[role]),
    );
  }

  #restore = async (): Promise<void> => {
    const { t } = this.screen;
    await this.#act(
      'account.restore',
      (client, more) => client.call('POST /accounts/:id/restoration', more),
      ({ name }) => t.account.restored(name),
    );
  };

  #askReject = (): void => {
    const { t } = this.screen;
    const { name } = this.account;
    this.#dialog.ask({
      title: t.reason.rejectTitle(name),
      help: t.reason.rejectHelp,
      label: t.reason.rejectLabel,
      confirm: t.reason.reject(name),
      quick: t.reason.quick,
      submit: (reason) =>
        this.#act(
          'account.reject',
          (client, more) => client.call('POST /accounts/:id/rejection', { ...more, body: { reason } }),
          () => t.account.rejected(name),
          this.#restore,
        ),
    });
  };

  #askDelete = (): void => {
    const { t } = this.screen;
    const { name } = this.account;
    this.#dialog.ask({
      title: t.reason.deleteTitle(name),
      help: t.reason.deleteHelp,
      label: t.reason.deleteLabel,
      confirm: t.reason.delete(name),
      quick: t.reason.quick,
      submit: (reason) =>
        this.#act(
          'account.delete',
          (client, more) => client.call('POST /accounts/:id/deletion', { ...more, body: { reason } }),
          () => t.account.deleted(name),
          this.#restore,
        ),
    });
  };

  #edit = (): void => {
    this.#edited.start(this.account);
    this.#editing = true;
    this.screen.focus('#name');
  };

  #stopEditing = (): void => {
    this.#editing = false;
    this.#edited.clear();
    this.screen.setDirty(false);
    this.screen.focus('[data-panel-heading]');
  };

  #save = async (event?: Event): Promise<void> => {
    event?.preventDefault();
    const { touched, takes } = this.#edited;
    const show = (account: Account): void => {
      this.#stopEditing();
      this.#show(account);
    };
    const error = await actOn(
      this.screen,
      'account.update',
      this.account,
      (client, more) => client.call('PATCH /accounts/:id', { ...more, body: sentValues(ACCOUNT_FIELDS, touched) }),
      { show, said: ({ name }) => this.screen.t.account.updated(name), quiet: takes },
    );
    if (error && takes(error)) this.account = this.#edited.refuse(error) ?? this.account;
  };

  onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || isComposing(event)) return;
    event.stopPropagation();
    if (!this.#editing) this.options.detail.close();
    else if (this.options.detail.mayLeave()) this.#stopEditing();
  };

  render(): TemplateResult {
    const { t } = this.screen;
    const { name, status, username, appliedAt } = this.account;
    return html`${panelTop(this.screen, {
      name,
      badge: statusBadge(status, t.accountStatus[status]),
      back: t.common.backToList,
      close: this.options.detail.close,
      beside: `${username} · ${t.account.appliedOn(t.common.day(taipeiDay(appliedAt)))}`,
    })}
    ${this.#editing ? this.#renderForm() : this.#renderDetail()}`;
  }

  renderDialog(): TemplateResult | typeof nothing {
    return this.#dialog.render();
  }

  get #texts(): FieldTexts {
    const { t, locale } = this.screen;
    return { t, locale, codes: null };
  }

  #renderDetail(): TemplateResult {
    const { t } = this.screen;
    const { unitName, role, requestedRole, reason } = this.account;
    return html`
      <dl>
        ${ACCOUNT_FIELD_NAMES.map((name) => fact(t.field[name], valueShown(this.#texts, ACCOUNT_FIELDS[name], this.account[name])))}
        ${fact(t.field.school, unitName)}
        ${role ? fact(t.field.role, t.role[role]) : fact(t.field.requestedRole, requestedRole ? t.role[requestedRole] : t.common.none)}
      </dl>
      ${reason ? html`<p>${t.account.reasonIs(reason)}</p>` : nothing}
      ${this.options.readonly ? nothing : html`${this.#renderGrant()} ${this.#renderActs()}`}
      ${this.#identities.render(this.options.readonly)} ${this.#trail.render()}
    `;
  }

  #renderGrant(): TemplateResult | typeof nothing {
    const { t, blocked } = this.screen;
    const granting = this.#granting;
    if (!granting) return nothing;
    if (!granting.allowed) return this.#renderWho(granting);
    const pending = this.account.status === 'pending';
    const role = this.#grant.values['role'] as Role;
    const present = this.#presentRole;
    const same = role === present;
    const choices = ROLES.filter((value) => value === present || granting.roles?.includes(value)).map((value) => ({
      value,
      label: t.role[value],
      hint: t.roleHint[value],
    }));
    return html`<form class="form" @submit=${this.#grantRole}>
      ${choiceField(this.#grant, { name: 'role', label: pending ? t.account.roleAfter : t.account.roleNow, choices }, (name, value) => {
        this.#grant.values[name] = value;
        this.host.requestUpdate();
      })}
      ${
        role === 'head' && !same
          ? html`<label class="check"
              ><input
                type="checkbox"
                .checked=${this.#replace}
                @change=${(event: Event) => {
                  this.#replace = (event.target as HTMLInputElement).checked;
                }}
              />${t.account.replace}</label
            >`
          : nothing
      }
      <div class="acts">
        <button
          class="btn primary"
          part="button button-primary"
          type="submit"
          aria-disabled=${blocked || same}
          aria-describedby=${same ? 'role-choose' : nothing}
        >
          ${same ? t.account.switchRole : pending ? t.account.activate(t.role[role]) : t.account.switch(t.role[role])}
        </button>
      </div>
      ${same ? html`<p class="hint" id="role-choose">${t.account.chooseRole}</p>` : nothing}
    </form>`;
  }

  #renderWho({ why, who }: Action): TemplateResult | typeof nothing {
    const { t } = this.screen;
    if (why === 'own-account')
      return html`<p class="hint">
        ${t.account.ownAccount}${who ? html`<br />${t.account.managedBy(who.unitName, who.headName ?? null)}` : nothing}
      </p>`;
    return who ? html`<p class="hint">${t.account.managedBy(who.unitName, who.headName ?? null)}</p>` : nothing;
  }

  #renderActs(): TemplateResult {
    const { t } = this.screen;
    const button = (name: AccountAction, label: string, act: () => void | Promise<void>, look = ''): TemplateResult | typeof nothing =>
      this.#action(name)?.allowed ? actButton(this.screen, label, act, { look }) : nothing;
    return html`<div class="acts">
      ${button('account.update', t.account.edit, this.#edit)} ${button('account.restore', t.account.restore, this.#restore, 'primary')}
      ${button('account.reject', `${t.account.reject}…`, this.#askReject, 'danger')}
      ${button('account.delete', `${t.account.delete}…`, this.#askDelete, 'danger')}
    </div>`;
  }

  #renderForm(): TemplateResult {
    const { t, blocked } = this.screen;
    const { form, type } = this.#edited;
    return html`<form class="form" novalidate @submit=${this.#save}>
      ${faultSummary(t, form, t.field, this.host.renderRoot)} ${this.#edited.renderConflict(this.#stopEditing)}
      ${ACCOUNT_FIELD_NAMES.map((name) => fieldControl(this.#texts, form, name, ACCOUNT_FIELDS[name], type))}
      <div class="acts">
        <button class="btn primary" part="button button-primary" type="submit" aria-disabled=${blocked}>${t.account.update}</button>
        <button class="btn" part="button" type="button" @click=${this.#stopEditing}>${t.common.cancel}</button>
      </div>
    </form>`;
  }
}
