import { html, nothing, type TemplateResult } from 'lit';
import type { ApiError } from '../api/api-error.js';
import type { Messages } from '../i18n/locale.js';

export interface ShownError {
  error: ApiError;
  retry: (() => void) | null;
  /** A read failed, so nothing was to be saved. */
  reading: boolean;
}

/** The text of an error, in the reader's language. */
export function sentenceOf(t: Messages, error: ApiError, reading: boolean): string {
  switch (error.code) {
    case 'offline':
      return reading ? t.problem.offlineRead : t.problem.offlineSave;
    case 'timeout':
      return t.problem.timeout;
    case 'rate-limited':
      return `${error.problem?.title ?? ''} ${error.problem?.errors?.[0]?.message ?? t.problem.overloaded(error.retryAfter ?? 1)}`;
    default:
      return error.problem?.detail ?? t.problem.kept;
  }
}

/** What failed, what is kept, what to do now, and the code for support by phone. */
export function errorBox(
  t: Messages,
  { error, retry, reading }: ShownError,
  signIn: () => void,
  say: (text: string) => void,
): TemplateResult {
  const over = error.code === 'unauthenticated';
  const code = error.requestId ? `${error.code} · ${error.requestId}` : error.code;
  const sentence = sentenceOf(t, error, reading);
  // If the first read finds nobody signed in, there is no input yet.
  const title = over && !retry ? t.problem.signInAgain : error.problem?.title || (reading ? t.problem.load : sentence);
  const copy = async (): Promise<void> => {
    await navigator.clipboard?.writeText(code);
    say(t.common.copied);
  };
  return html`<div class="notice bad" part="notice" tabindex="-1" data-error>
    <div class="grow">
      <strong>${title}</strong>
      ${over || title === sentence ? nothing : html`<p>${sentence}</p>`}
      ${over ? nothing : html`<p class="code">${t.common.code} ${code}</p>`}
    </div>
    <div class="acts">
      ${over ? html`<button class="btn" part="button" type="button" @click=${signIn}>${t.problem.signIn}</button>` : nothing}
      ${retry ? html`<button class="btn" part="button" type="button" @click=${retry}>${t.common.retry}</button>` : nothing}
      ${over ? nothing : html`<button class="btn quiet" part="button" type="button" @click=${copy}>${t.common.copyCode}</button>`}
    </div>
  </div>`;
}
