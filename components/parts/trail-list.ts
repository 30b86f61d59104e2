import { html, nothing, type TemplateResult } from 'lit';
import type { TrailEntry } from '../../server/contract/wire.js';
import { taipeiDay } from '../../server/domain/dates.js';
import type { Messages } from '../i18n/locale.js';

function valueOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return '—';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The fields that changed, in words. */
export function changesOf(t: Messages, { before, after }: TrailEntry): string {
  const labels: Record<string, string> = t.field;
  const shown = Object.keys(after ?? {}).filter((field) => labels[field] !== undefined && typeof after![field] !== 'object');
  return shown
    .map((field) => `${labels[field]} ${before && field in before ? `${valueOf(before[field])} → ` : ''}${valueOf(after![field])}`)
    .join('、');
}

/** Who did what and when, newest first. */
export function trailList(t: Messages, entries: readonly TrailEntry[]): TemplateResult {
  if (entries.length === 0) return html`<p class="muted">${t.common.trailEmpty}</p>`;
  return html`<ul class="trail">
    ${entries.map((entry) => {
      const changes = changesOf(t, entry);
      return html`<li>
        <b>${t.action[entry.action] ?? entry.action}</b>${entry.outcome === 'denied' ? html`（${t.denied}）` : nothing} ·
        ${t.common.day(taipeiDay(entry.at))} ${entry.actor?.name ?? ''} ${changes ? html`<br />${changes}` : nothing}
        ${entry.reason ? html`<br />${t.common.reason}：${entry.reason}` : nothing}
      </li>`;
    })}
  </ul>`;
}
