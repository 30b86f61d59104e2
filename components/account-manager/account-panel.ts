/** The detail of one business account: what it is, what may be done with it, what was done. Loaded when first opened. */
import '../i18n/more.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { BodyOf } from '../../server/contract/call-types.js';
import type { Account, Action, TrailEntry } from '../../server/contract/wire.js';
import type { AccountAction, Role } from '../../server/domain/authority.js';
import { taipeiDay } from '../../server/domain/dates.js';
import type { Client, Sending } from '../api/client.js';
import { isComposing } from '../controllers/composing.js';
import type { Screen, ScreenHost } from '../controllers/screen.js';
import { statusBadge } from '../parts/badges.js';
import { EditedForm } from '../parts/edited-form.js';
import { choiceField } from '../parts/choice-field.js';
import { faultSummary, radioField, textField, type FormState } from '../parts/fields.js';
import { ReasonDialog } from '../parts/reason-dialog.js';
import { trailList } from '../parts/trail-list.js';

const EDITABLE = ['name', 'sex', 'title', 'email', 'phone', 'fax'] as const satisfies readonly (keyof BodyOf<'PATCH /accounts/:id'>)[];

function editableOf(account: Account): Record<string, string> {
  return Object.fromEntries(EDITABLE.map((field) => [field, account[field] ?? '']));
}

export interface PanelOptions {
  readonly: boolean;
  /** The account was changed; the list reads anew. */
  changed: () => void;
  close: () => void;
}

export class AccountPanel {
  #editing = false;
  #edited: EditedForm<Account>;
  #grant: FormState = { values: {}, faults: {} };
  #replace = false;
  #trail: TrailEntry[] = [];
  #dialog: ReasonDialog;

  constructor(
    private readonly host: ScreenHost,
    private readonly screen: Screen,
    public account: Account,
    private readonly options: PanelOptions,
  ) {
    this.#dialog = new ReasonDialog(host, screen);
    this.#edited = new EditedForm(host, screen, {
      valuesOf: editableOf,
      changed: () => screen.setDirty(this.#edited.dirty),
      save: () => this.#save(),
    });
    this.#preset();
    void this.#readTrail();
  }

  /** Whether nothing is lost by closing; asks where something is. */
  mayClose(): boolean {
    return !this.screen.dirty || confirm(this.screen.t.common.unsaved);
  }

  #preset(): void {
    const granting = this.#granting;
    const wished = granting?.roles?.find((role) => role === this.account.requestedRole);
    this.#grant = { values: { role: wished ?? granting?.roles?.[0] ?? '' }, faults: {} };
    this.#replace = false;
  }

  async #readTrail(): Promise<void> {
    const { id, unitId } = this.account;
    const page = await this.screen.client.call('GET /audit', { query: { unit: unitId, target: id } }).catch(() => null);
    this.#trail = page?.items ?? [];
    this.host.requestUpdate();
  }

  #action(name: AccountAction): Action | undefined {
    return this.account.actions.find((action) => action.name === name);
  }

  get #granting(): Action | undefined {
    return this.#action('account.activate') ?? this.#action('account.switch-role');
  }

  /** One act on this account; what became of it is shown, and the list follows. */
  async #act(
    name: AccountAction,
    call: (client: Client, more: Sending & Pick<Account, 'id' | 'version'>) => Promise<Account>,
    saidOf: (account: Account) => string,
    undo?: () => Promise<void>,
  ): Promise<boolean> {
    const { id, version } = this.account;
    const acted = await this.screen.act(name, [id], (client, more) => call(client, { ...more, id, version }));
    if (!acted.ok) {
      const current = acted.error.current<Account>();
      if (current) this.#show(current);
      return false;
    }
    this.#show(acted.value);
    this.screen.saved(saidOf(acted.value), undo);
    this.screen.focus('[data-panel-heading]');
    return true;
  }

  #show(account: Account): void {
    this.account = account;
    this.#preset();
    this.options.changed();
    void this.#readTrail();
    this.host.requestUpdate();
  }

  #grantRole = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { t } = this.screen;
    const role = this.#grant.values['role'] as Role;
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
    const { t } = this.screen;
    const { touched, takes } = this.#edited;
    const { id, version } = this.account;
    const acted = await this.screen.act(
      'account.update',
      [id],
      (client, more) => client.call('PATCH /accounts/:id', { ...more, id, version, body: touched }),
      { quiet: takes },
    );
    if (acted.ok) {
      this.#stopEditing();
      this.#show(acted.value);
      this.screen.saved(t.account.updated(acted.value.name));
      return;
    }
    if (takes(acted.error)) this.account = this.#edited.refuse(acted.error) ?? this.account;
  };

  onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || isComposing(event)) return;
    event.stopPropagation();
    if (!this.#editing) this.options.close();
    else if (this.mayClose()) this.#stopEditing();
  };

  render(): TemplateResult {
    const { t } = this.screen;
    const { name, status, username, appliedAt } = this.account;
    return html`
      <button class="btn quiet back" part="button" type="button" @click=${this.options.close}>${t.common.backToList}</button>
      <div class="top">
        <div>
          <div class="subtitle" id="panel-heading" role="heading" aria-level="3" tabindex="-1" data-panel-heading>${name}</div>
          ${statusBadge(status, t.accountStatus[status])}
          <span class="muted">${username} · ${t.account.appliedOn(t.common.day(taipeiDay(appliedAt)))}</span>
        </div>
        <button class="btn quiet" part="button" type="button" aria-label=${t.common.close} @click=${this.options.close}>✕</button>
      </div>
      ${this.#editing ? this.#renderForm() : this.#renderDetail()}
    `;
  }

  renderDialog(): TemplateResult | typeof nothing {
    return this.#dialog.render();
  }

  #renderDetail(): TemplateResult {
    const { t } = this.screen;
    const { sex, title, unitName, phone, fax, email, role, requestedRole, reason } = this.account;
    const row = (label: string, value: unknown): TemplateResult =>
      html`<dt>${label}</dt>
        <dd>${value}</dd>`;
    return html`
      <dl>
        ${row(t.field.name, this.account.name)} ${row(t.field.sex, t.sex[sex])} ${row(t.field.title, title)}
        ${row(t.field.school, unitName)} ${row(t.field.phone, phone)} ${row(t.field.fax, fax ?? t.common.none)}
        ${row(t.field.email, html`<a href="mailto:${email}">${email}</a>`)}
        ${role ? row(t.field.role, t.role[role]) : row(t.field.requestedRole, requestedRole ? t.role[requestedRole] : t.common.none)}
      </dl>
      ${reason ? html`<p>${t.account.reasonIs(reason)}</p>` : nothing}
      ${this.options.readonly ? nothing : html`${this.#renderGrant()} ${this.#renderActs()}`}
      <hr />
      <details open>
        <summary>${t.common.trail}</summary>
        ${trailList({ t, codes: null, locale: this.screen.locale }, this.#trail)}
      </details>
    `;
  }

  #renderGrant(): TemplateResult | typeof nothing {
    const { t, blocked } = this.screen;
    const granting = this.#granting;
    if (!granting) return nothing;
    if (!granting.allowed) return this.#renderWho(granting);
    const pending = this.account.status === 'pending';
    const role = this.#grant.values['role'] as Role;
    const choices = (granting.roles ?? []).map((value) => ({ value, label: t.role[value], hint: t.roleHint[value] }));
    return html`<form class="form" @submit=${this.#grantRole}>
      ${choiceField(this.#grant, { name: 'role', label: pending ? t.account.roleAfter : t.account.roleNow, choices }, (name, value) => {
        this.#grant.values[name] = value;
        this.host.requestUpdate();
      })}
      ${
        role === 'head'
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
        <button class="btn primary" part="button button-primary" type="submit" aria-disabled=${blocked}>
          ${pending ? t.account.activate(t.role[role]) : t.account.switch(t.role[role])}
        </button>
      </div>
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
    const { t, blocked } = this.screen;
    const button = (name: AccountAction, label: string, act: () => void, look = ''): TemplateResult | typeof nothing =>
      this.#action(name)?.allowed
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
    return html`<div class="acts">
      ${button('account.update', t.account.edit, this.#edit)} ${button('account.restore', t.account.restore, this.#restore, 'primary')}
      ${button('account.reject', `${t.account.reject}…`, this.#askReject, 'danger')}
      ${button('account.delete', `${t.account.delete}…`, this.#askDelete, 'danger')}
    </div>`;
  }

  #renderForm(): TemplateResult {
    const { t, blocked } = this.screen;
    const { form, type } = this.#edited;
    const sexes = (['male', 'female'] as const).map((value) => ({ value, label: t.sex[value] }));
    return html`<form class="form" novalidate @submit=${this.#save}>
      ${faultSummary(t, form, t.field, this.host.renderRoot)} ${this.#edited.renderConflict(this.#stopEditing)}
      ${textField(t, form, { name: 'name', label: t.field.name, required: true }, type)}
      ${radioField(form, { name: 'sex', label: t.field.sex, choices: sexes }, type)}
      ${textField(t, form, { name: 'title', label: t.field.title, required: true }, type)}
      ${textField(t, form, { name: 'email', label: t.field.email, type: 'email', required: true }, type)}
      ${textField(t, form, { name: 'phone', label: t.field.phone, type: 'tel', required: true }, type)}
      ${textField(t, form, { name: 'fax', label: t.field.fax, type: 'tel', optional: true }, type)}
      <div class="acts">
        <button class="btn primary" part="button button-primary" type="submit" aria-disabled=${blocked}>${t.account.update}</button>
        <button class="btn" part="button" type="button" @click=${this.#stopEditing}>${t.common.cancel}</button>
      </div>
    </form>`;
  }
}
