/** What was registered in this visit, and what other schools are asked for; loaded when there is something to show. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Transfer } from '../../server/contract/wire.js';
import { taipeiDay } from '../../server/domain/dates.js';
import type { Messages } from '../i18n/locale.js';

/** Kept in memory alone. */
export interface Receipt {
  name: string;
  /** Masked. */
  nationalId: string;
  /** In words. */
  title: string;
  birthDate: string;
  at: string;
  values: Record<string, string>;
}

export interface Visit {
  latest: Receipt | null;
  done: readonly Receipt[];
  asked: readonly Transfer[];
}

export function receipts(t: Messages, { latest, done, asked }: Visit, correct: (receipt: Receipt) => void): TemplateResult {
  return html`${latest ? receiptOf(t, latest) : nothing} ${done.length > 0 ? listOf(t, done, correct) : nothing}
  ${asked.length > 0 ? askedFor(t, asked) : nothing}`;
}

function receiptOf(t: Messages, { name, nationalId, birthDate, title }: Receipt): TemplateResult {
  return html`<section class="receipt" aria-labelledby="receipt-heading">
    <div class="subtitle ok" id="receipt-heading" role="heading" aria-level="3" tabindex="-1" data-receipt>${t.register.success}</div>
    <dl>
      <dt>${t.register.teacherName}</dt>
      <dd>${name}</dd>
      <dt>${t.field.nationalId}</dt>
      <dd>${nationalId}</dd>
      <dt>${t.register.birthday}</dt>
      <dd>${t.common.dayLong(birthDate)}</dd>
      <dt>${t.field.title}</dt>
      <dd>${title}</dd>
    </dl>
    <p class="hint">${t.register.next}</p>
  </section>`;
}

function listOf(t: Messages, done: readonly Receipt[], correct: (receipt: Receipt) => void): TemplateResult {
  const row = (receipt: Receipt): TemplateResult =>
    html`<li>
      <span class="muted">${receipt.at}</span><span>${receipt.name}</span><span class="muted">${receipt.nationalId}</span>
      <button
        class="btn quiet"
        part="button"
        type="button"
        aria-label=${t.register.correctOf(receipt.name)}
        @click=${() => correct(receipt)}
      >
        ${t.register.correct}
      </button>
    </li>`;
  return html`<section class="receipt">
    <div class="label">${t.register.done(done.length)}</div>
    <ol>
      ${done.map(row)}
    </ol>
  </section>`;
}

function askedFor(t: Messages, asked: readonly Transfer[]): TemplateResult {
  const row = ({ name, nationalId, state, requestedAt, reason }: Transfer): TemplateResult =>
    html`<li>
      <span>${name}</span><span class="muted">${nationalId}</span><span>${t.register.transferState[state]}</span>
      <span class="muted">${t.common.day(taipeiDay(requestedAt))}</span>
      ${reason ? html`<span>${t.common.reason}：${reason}</span>` : nothing}
    </li>`;
  return html`<section class="receipt">
    <div class="label">${t.register.asked}</div>
    <ul>
      ${asked.map(row)}
    </ul>
  </section>`;
}
