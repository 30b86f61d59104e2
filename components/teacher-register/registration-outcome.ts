/** The outcome of a registration, and the registrations of this visit; loaded with the first one. */
import '../i18n/more.js';
import { css, html, nothing, type ReactiveElement, type TemplateResult } from 'lit';
import type { Check, Transfer } from '../../server/contract/wire.js';
import { taipeiDay } from '../../server/domain/dates.js';
import { normaliseNationalId, type Sex } from '../../server/domain/national-id.js';
import type { ApiError } from '../api/api-error.js';
import type { Screen } from '../controllers/screen.js';
import type { Messages } from '../i18n/locale.js';
import { actButton } from '../parts/act-button.js';
import type { FormState } from '../parts/fields.js';
import { faultWords } from '../parts/id-reading.js';
import { addStyles } from '../styles/add-styles.js';
import { facts } from '../styles/facts.js';
import { Dispute } from './dispute.js';

export { Dispute };

const styles = css`
  .receipt {
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    padding: 1rem 1.125rem;
    background: var(--_sunken);
    display: grid;
    gap: 0.75rem;
  }
  .receipt ol,
  .receipt ul {
    margin: 0;
    padding: 0;
    list-style: none;
    display: grid;
    gap: 0.5rem;
  }
  .receipt li {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 0.75rem;
    align-items: center;
  }
  .receipt li .btn {
    margin-inline-start: auto;
  }
`;

/** Kept in memory only. */
export interface Receipt {
  name: string;
  /** Masked. */
  nationalId: string | null;
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

/** Adds the styles of the outcome to the element. */
export function dress(host: ReactiveElement): void {
  addStyles(host, facts, styles);
}

export function receipts(
  screen: Screen,
  { latest, done, asked }: Visit,
  correct: (receipt: Receipt) => void,
  withdrawn: () => void,
): TemplateResult {
  const { t, level } = screen;
  return html`${latest ? receiptOf(t, level, latest) : nothing} ${done.length > 0 ? listOf(t, done, correct) : nothing}
  ${asked.length > 0 ? askedFor(screen, asked, withdrawn) : nothing}`;
}

async function withdraw(screen: Screen, { id, version, name }: Transfer): Promise<void> {
  const acted = await screen.act('transfer.withdraw', [id], (client, more) =>
    client.call('DELETE /transfers/:id', { ...more, id, version }),
  );
  if (acted.ok) screen.saved(screen.t.entry.withdrawn(name));
  screen.focus('[data-heading]');
}

function receiptOf(t: Messages, level: number, { name, nationalId, birthDate, title }: Receipt): TemplateResult {
  return html`<section class="receipt" aria-labelledby="receipt-heading">
    <div class="subtitle ok" id="receipt-heading" role="heading" aria-level=${level + 1} tabindex="-1" data-receipt>
      ${t.register.success}
    </div>
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

function askedFor(screen: Screen, asked: readonly Transfer[], withdrawn: () => void): TemplateResult {
  const { t } = screen;
  const row = (transfer: Transfer): TemplateResult => {
    const { name, nationalId, state, requestedAt, reason } = transfer;
    const end = (): void => void withdraw(screen, transfer).then(withdrawn);
    return html`<li>
      <span>${name}</span><span class="muted">${nationalId ?? t.roster.unreadable}</span><span>${t.register.transferState[state]}</span>
      <span class="muted">${t.common.day(taipeiDay(requestedAt))}</span>
      ${reason ? html`<span>${t.common.reason}${t.common.colon}${reason}</span>` : nothing}
      ${state === 'proposed' ? actButton(screen, t.entry.withdraw, end, { look: 'quiet', name: t.entry.withdrawOf(name) }) : nothing}
    </li>`;
  };
  return html`<section class="receipt">
    <div class="label">${t.register.asked}</div>
    <ul>
      ${asked.map(row)}
    </ul>
  </section>`;
}

/** The text at a field that the server rejected. */
export function faultOf(t: Messages, error: ApiError, fault: { path: string; message: string }, typed: string): string {
  if (fault.path === 'nationalId' && error.code === 'national-id-invalid') return faultWords(t, typed) || fault.message;
  return error.code === 'identity-conflict' ? (error.problem?.detail ?? fault.message) : fault.message;
}

/** The manual's text first, then the cause and the solution. */
export function refusal(
  t: Messages,
  error: ApiError,
  { values, faults }: FormState,
  { changeSex, changeNumber }: { changeSex: (sex: Sex) => void; changeNumber: () => void },
  dispute: Dispute | null,
): TemplateResult {
  const mismatch = error.code === 'sex-mismatch';
  const other = values['sex'] === 'male' ? 'female' : 'male';
  const digit = normaliseNationalId(values['nationalId'] ?? '').charAt(1);
  const ofNumber = error.fields.some(({ path }) => path === 'nationalId');
  const cause = mismatch
    ? t.register.idSexDigit(digit, t.sex[other], t.sex[values['sex'] as Sex])
    : ofNumber
      ? faults['nationalId']
      : error.problem?.detail;
  return html`<div class="notice bad" tabindex="-1" data-refusal>
    <div class="grow">
      <strong>${error.problem?.title}</strong>
      <p>${cause}</p>
      <p class="code">${t.common.code} ${error.code}</p>
      ${dispute?.render() ?? nothing}
    </div>
    ${
      mismatch
        ? html`<div class="acts">
            <button class="btn" part="button" type="button" @click=${() => changeSex(other)}>${t.register.changeSex(t.sex[other])}</button>
            <button class="btn quiet" part="button" type="button" @click=${changeNumber}>${t.register.changeId}</button>
          </div>`
        : nothing
    }
  </div>`;
}

export function questionWords(t: Messages, { outcome, differs }: Check): string {
  if (outcome === 'transfer') return t.register.elsewhere;
  if (outcome === 'returned') return t.register.knownLeft;
  if (outcome === 'same') return t.register.knownSame;
  return t.register.known(differs.map((field) => (t.field as Record<string, string>)[field] ?? field).join(t.common.comma));
}

/** The effect of a registration that the clerk must confirm. */
export function question(t: Messages, check: Check, blocked: boolean, { yes, no }: { yes: () => void; no: () => void }): TemplateResult {
  const words = { transfer: t.register.propose, returned: t.register.knownReturn, updated: t.register.knownUpdate, same: '', new: '' }[
    check.outcome
  ];
  return html`<div class="notice" tabindex="-1" data-question>
    <p class="grow">${questionWords(t, check)}</p>
    <div class="acts">
      ${words ? html`<button class="btn primary" part="button button-primary" type="button" aria-disabled=${blocked} @click=${yes}>${words}</button>` : nothing}
      <button class="btn" part="button" type="button" @click=${no}>${words ? t.common.cancel : t.common.close}</button>
    </div>
  </div>`;
}
