import { css } from 'lit';

/** Headings, buttons, fields and notices, which all elements use. */
export const controls = css`
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--_space) 1rem;
    padding: 1.25rem 1.5rem 0.25rem;
  }
  .title,
  .subtitle {
    font-weight: 650;
    line-height: 1.35;
    margin: 0;
  }
  .title {
    font-size: 1.375em;
  }
  .subtitle {
    font-size: 1.125em;
  }
  [tabindex='-1']:focus {
    outline: none;
  }
  [tabindex='-1']:focus-visible {
    outline: 3px solid var(--_focus);
    outline-offset: 2px;
  }
  a:not(.btn) {
    color: var(--_accent);
  }
  a.btn {
    text-decoration: none;
  }
  .lead,
  .hint,
  .muted {
    color: var(--_muted);
  }
  .lead {
    padding: 0 1.5rem;
    margin: 0.25rem 0 0.5rem;
  }
  .hint {
    font-size: 0.9375em;
    margin: 0;
  }
  .push {
    margin-inline-start: auto;
    display: flex;
    flex-wrap: wrap;
    gap: var(--_space);
  }
  .acts {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_space);
  }
  button,
  input,
  select,
  textarea {
    font: inherit;
    color: inherit;
  }
  .btn {
    appearance: none;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.375rem;
    border: 1px solid var(--_line-strong);
    background: var(--_surface);
    color: var(--_text);
    border-radius: var(--_radius);
    padding: 0.375rem 0.875rem;
    min-block-size: 2.75rem;
    min-inline-size: 2.75rem;
    cursor: pointer;
    font-weight: 550;
    text-align: center;
  }
  .btn:hover {
    background: var(--_sunken);
  }
  .btn.primary {
    background: var(--_accent);
    border-color: var(--_accent);
    color: var(--_on-accent);
  }
  .btn.primary:hover {
    background: color-mix(in srgb, var(--_accent) 88%, var(--_text));
  }
  .btn.quiet {
    border-color: transparent;
    background: transparent;
    color: var(--_accent);
  }
  .btn.danger {
    border-color: var(--_danger);
    color: var(--_danger);
  }
  .btn[aria-disabled='true'],
  .btn[data-rests] {
    cursor: not-allowed;
    border-style: dashed;
    color: var(--_muted);
    background: var(--_surface);
  }
  :focus-visible {
    outline: 3px solid var(--_focus);
    outline-offset: 2px;
  }
  .notice {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 0.75rem;
    align-items: center;
    margin: 0.75rem 1.5rem;
    padding: 0.625rem 0.875rem;
    border-radius: var(--_radius);
    border-inline-start: 4px solid var(--_accent);
    background: var(--_accent-weak);
  }
  .panel .notice,
  .form .notice {
    margin-inline: 0;
  }
  .notice.bad {
    border-color: var(--_danger);
    background: var(--_danger-weak);
  }
  .notice p {
    margin: 0;
  }
  .notice .grow {
    flex: 1 1 16rem;
  }
  .notice strong {
    display: block;
  }
  .notice ul {
    margin: 0.25rem 0 0;
    padding-inline-start: 1.25rem;
  }
  .notice a {
    color: inherit;
  }
  .code {
    font-size: 0.875em;
    color: var(--_muted);
  }
  .status {
    display: inline-flex;
    align-items: center;
    gap: 0.4375rem;
  }
  .status::before {
    content: '';
    flex: none;
    inline-size: 0.75rem;
    block-size: 0.75rem;
    border-radius: 50%;
    border: 2px solid currentColor;
  }
  .status.on {
    color: var(--_success);
  }
  .status.on::before {
    background: currentColor;
  }
  .status.roam {
    color: var(--_accent);
  }
  .status.roam::before {
    background: linear-gradient(90deg, currentColor 50%, transparent 50%);
  }
  .status.wait {
    color: var(--_warn);
  }
  .status.off {
    color: var(--_muted);
  }
  .status.off::before {
    border: 0;
    border-radius: 0;
    inline-size: auto;
    block-size: auto;
    content: '✕';
    line-height: 1;
  }
  .segments {
    display: inline-flex;
    flex-wrap: wrap;
    border: 1px solid var(--_line-strong);
    border-radius: var(--_radius);
    overflow: hidden;
  }
  .segments button {
    appearance: none;
    border: 0;
    background: none;
    cursor: pointer;
    padding: 0.375rem 0.875rem;
    min-block-size: 2.75rem;
    border-inline-end: 1px solid var(--_line);
    flex: 1 0 auto;
  }
  .segments button:last-child {
    border-inline-end: 0;
  }
  .segments button:focus-visible {
    outline-offset: -3px;
  }
  .segments button[aria-pressed='true'] {
    background: var(--_accent-weak);
    color: var(--_accent);
    font-weight: 650;
  }
  .segments .n {
    margin-inline-start: 0.375rem;
  }
  @container (max-width: 40rem) {
    header,
    .lead {
      padding-inline: 1rem;
    }
    .notice {
      margin-inline: 1rem;
    }
    header .push {
      margin: 0;
      inline-size: 100%;
    }
    header .push > .btn,
    .acts > .btn {
      flex: 1 1 auto;
    }
    .segments {
      inline-size: 100%;
    }
    .segments button {
      padding-inline: 0.5rem;
    }
  }
  @media (forced-colors: active) {
    .btn.primary:not([aria-disabled='true']),
    .segments button[aria-pressed='true'] {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
      border-color: Highlight;
    }
    .status::before {
      forced-color-adjust: none;
    }
  }
  @media print {
    .btn,
    .segments,
    .notice {
      display: none;
    }
  }
`;
