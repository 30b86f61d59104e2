/** A pending teacher's invitation as text, link and QR code; shown once, for its code is kept nowhere. */
import '../i18n/office.js';
import { css, html, nothing, svg, type LitElement, type TemplateResult } from 'lit';
import qrcode from 'qrcode-generator';
import type { Invitation, Teacher } from '../../server/contract/wire.js';
import { taipeiDay } from '../../server/domain/dates.js';
import type { Screen } from '../controllers/screen.js';
import { copyText } from '../parts/copy-text.js';
import { addStyles } from '../styles/add-styles.js';

/** The link to a claim page; the code stands in the fragment, which no server sees. */
export function linkTo(claimUrl: string | null, { invitation }: Invitation): string | null {
  return claimUrl === null ? null : new URL(`${claimUrl}#invitation=${invitation}`, document.baseURI).href;
}

/** What is handed to the person. */
export function invitationText({ t }: Screen, teacher: Teacher, invitation: Invitation, claimUrl: string | null): string {
  const until = t.common.day(taipeiDay(invitation.expiresAt));
  return t.invitation.text(teacher.name, teacher.unitName, linkTo(claimUrl, invitation) ?? invitation.invitation, until);
}

const styles = css`
  .invitation {
    border-inline-start: 4px solid var(--_accent);
    padding-inline-start: 0.875rem;
    gap: 0.5rem;
  }
  .invitation a,
  .invitation code {
    overflow-wrap: anywhere;
  }
`;

export class InvitationBox {
  #invitation: Invitation | null = null;

  constructor(
    host: LitElement,
    private readonly screen: Screen,
    private readonly claimUrl: string | null,
  ) {
    addStyles(host, styles);
  }

  async make({ id, version }: Teacher): Promise<boolean> {
    const acted = await this.screen.act('teacher.update', [id], (client) =>
      client.call('POST /teachers/:id/invitation', { id, version, once: true }),
    );
    if (acted.ok) this.#invitation = acted.value;
    return acted.ok;
  }

  #copy = async (teacher: Teacher): Promise<void> => {
    const { t } = this.screen;
    const copied = await copyText(invitationText(this.screen, teacher, this.#invitation!, this.claimUrl));
    this.screen.saved(copied ? t.invitation.copied : t.bulk.notCopied);
  };

  render(teacher: Teacher): TemplateResult | typeof nothing {
    const invitation = this.#invitation;
    if (!invitation || teacher.status !== 'pending') return nothing;
    const { t } = this.screen;
    const link = linkTo(this.claimUrl, invitation);
    return html`<div class="form invitation">
      <div class="label" tabindex="-1" data-invitation>${t.invitation.heading(teacher.name)}</div>
      <p class="hint">${t.invitation.help}</p>
      <div>
        <div class="label">${link ? t.invitation.link : t.invitation.code}</div>
        ${link ? html`<a href=${link}>${link}</a>` : html`<code>${invitation.invitation}</code>`}
      </div>
      ${link ? qr(link, t.invitation.qr) : nothing}
      <p class="hint">${t.invitation.until(t.common.day(taipeiDay(invitation.expiresAt)))}</p>
      <div class="acts">
        <button class="btn" part="button" type="button" @click=${() => this.#copy(teacher)}>${t.invitation.copy}</button>
      </div>
    </div>`;
  }
}

const QUIET = 4;

/** Black on white in every colour scheme, or a camera does not read it. */
function qr(text: string, label: string): TemplateResult {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  let dark = '';
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) if (code.isDark(row, column)) dark += `M${column + QUIET} ${row + QUIET}h1v1h-1z`;
  const side = size + 2 * QUIET;
  return html`<svg role="img" aria-label=${label} viewBox="0 0 ${side} ${side}" width="200" height="200" shape-rendering="crispEdges">
    ${svg`<rect width=${side} height=${side} fill="#fff" /><path d=${dark} fill="#000" />`}
  </svg>`;
}
