/** Other schools that ask for a person of this roster: the giving school decides. Loaded when there is one. */
import '../i18n/more.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { Transfer } from '../../server/contract/wire.js';
import type { Screen, ScreenHost } from '../controllers/screen.js';
import { actButton } from '../parts/act-button.js';
import { ReasonDialog } from '../parts/reason-dialog.js';

export class TransferBox {
  items: Transfer[] = [];
  #dialog: ReasonDialog;

  constructor(
    host: ScreenHost,
    private readonly screen: Screen,
    private readonly decided: () => Promise<unknown>,
  ) {
    this.#dialog = new ReasonDialog(host, screen);
  }

  async #accept({ id, version, name }: Transfer): Promise<void> {
    const { t } = this.screen;
    const acted = await this.screen.act('transfer.accept', [id], (client, more) =>
      client.call('POST /transfers/:id/acceptance', { ...more, id, version }),
    );
    if (acted.ok) this.screen.saved(t.entry.accepted(name));
    await this.#afterwards();
  }

  #refuse({ id, version, name }: Transfer): void {
    const { t } = this.screen;
    this.#dialog.ask({
      title: t.reason.refuseTitle(name),
      help: t.reason.refuseHelp,
      label: t.reason.label,
      confirm: t.reason.refuse,
      submit: async (reason) => {
        const acted = await this.screen.act('transfer.refuse', [id], (client, more) =>
          client.call('POST /transfers/:id/refusal', { ...more, id, version, body: { reason } }),
        );
        if (acted.ok) this.screen.saved(t.entry.refused(name));
        await this.#afterwards();
        return acted.ok;
      },
    });
  }

  async #afterwards(): Promise<void> {
    await this.decided();
    this.screen.focus('[data-heading]');
  }

  render(readonly: boolean): TemplateResult | typeof nothing {
    const { t } = this.screen;
    if (this.items.length === 0) return nothing;
    return html`<div class="notice" part="notice">
      <div class="grow">
        <strong>${t.entry.transfersOut(this.items.length)}</strong>
        ${this.items.map(
          (transfer) =>
            html`<div>
              <p>
                ${t.entry.transferOut(transfer.name, transfer.toUnit?.name ?? '')}
                <span class="muted">${transfer.nationalId ?? t.roster.unreadable}</span>
              </p>
              ${
                readonly
                  ? nothing
                  : html`<div class="acts">
                      ${actButton(this.screen, t.entry.accept, () => this.#accept(transfer), { name: t.entry.acceptOf(transfer.name) })}
                      ${actButton(this.screen, t.entry.refuse, () => this.#refuse(transfer), { look: 'quiet', name: t.entry.refuseOf(transfer.name) })}
                    </div>`
              }
            </div>`,
        )}
      </div>
    </div>`;
  }

  renderDialog(): TemplateResult | typeof nothing {
    return this.#dialog.render();
  }
}
