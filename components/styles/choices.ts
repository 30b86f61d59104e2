import { css } from 'lit';

/** Radio buttons as a list, each with its description. */
export const choices = css`
  .choices {
    display: grid;
    gap: 0.5rem;
    border: 0;
    margin: 0;
    padding: 0;
    min-inline-size: 0;
  }
  .choices legend {
    font-weight: 600;
    padding: 0;
    margin-block-end: 0.375rem;
  }
  .choices label {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0 0.625rem;
    align-items: center;
    padding: 0.5rem 0.75rem;
    min-block-size: 2.75rem;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    cursor: pointer;
  }
  .choices label:has(:checked) {
    border-color: var(--_accent);
    background: var(--_accent-weak);
  }
  .choices small {
    grid-column: 2;
    color: var(--_muted);
    font-size: 0.9375em;
  }
  @media (forced-colors: active) {
    .choices label:has(:checked) {
      forced-color-adjust: none;
      background: Highlight;
      border-color: Highlight;
    }
    .choices label:has(:checked),
    .choices label:has(:checked) small {
      color: HighlightText;
    }
  }
`;
