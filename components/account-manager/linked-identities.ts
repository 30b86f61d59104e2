/** The outside identities that sign in as an account, for whoever may unlink them. */
import { html, nothing, type ReactiveElement, type TemplateResult } from 'lit';
import type { Account, Identities } from '../../server/contract/wire.js';
import type { Client, Sending } from '../api/client.js';
import type { Screen } from '../controllers/screen.js';
import { actButton } from '../parts/act-button.js';
import { actOn } from '../parts/panel.js';

type Identity = Identities['items'][number];

export class LinkedIdentities {
  #items: readonly Identity[] = [];

  constructor(
    private readonly host: ReactiveElement,
    private readonly screen: Screen,
    private readonly account: () => Account,
    /** Shows the account at its new version. */
    private readonly show: (account: Account) => void,
  ) {}

  /** Reads them, if the caller may. */
  async read(): Promise<void> {
    const { id, actions } = this.account();
    const mayUnlink = actions.some(({ name, allowed }) => name === 'account.link' && allowed);
    const list = mayUnlink ? await this.screen.client.call('GET /accounts/:id/identities', { id }).catch(() => null) : null;
    this.#items = list?.items ?? [];
    this.host.requestUpdate();
  }

  async #write(
    call: (client: Client, more: Sending & Pick<Account, 'id' | 'version'>) => Promise<Identities>,
    said: string,
    undo?: () => Promise<void>,
  ) {
    const keep = async (written: Promise<Identities>): Promise<Account> => {
      const { items, account } = await written;
      this.#items = items;
      return account;
    };
    await actOn(this.screen, 'account.link', this.account(), (client, more) => keep(call(client, more)), {
      show: this.show,
      said: () => said,
      undo,
    });
  }

  #unlink = ({ id: identity, issuer, subject }: Identity): Promise<void> =>
    this.#write(
      (client, more) => client.call('DELETE /accounts/:id/identities/:identity', { ...more, identity }),
      this.screen.t.account.unlinked(issuer),
      () => this.#link(issuer, subject),
    );

  #link(issuer: string, subject: string): Promise<void> {
    return this.#write(
      (client, more) => client.call('POST /accounts/:id/identities', { ...more, body: { issuer, subject } }),
      this.screen.t.account.linkedAgain(issuer),
    );
  }

  render(readonly: boolean): TemplateResult | typeof nothing {
    const { t } = this.screen;
    if (this.#items.length === 0) return nothing;
    return html`<div class="label" id="identities">${t.account.identities}</div>
      <ul aria-labelledby="identities">
        ${this.#items.map(
          (identity) =>
            html`<li>
              ${t.account.identityOf(identity.issuer, identity.subject)}
              ${
                readonly
                  ? nothing
                  : actButton(this.screen, t.account.unlink, () => this.#unlink(identity), {
                      look: 'quiet',
                      name: t.account.unlinkOf(identity.issuer),
                    })
              }
            </li>`,
        )}
      </ul>`;
  }
}
