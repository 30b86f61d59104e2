import { css } from 'lit';

/** Fields and radio buttons with their hints and faults. */
export const forms = css`
  .field {
    display: grid;
    gap: 0.25rem;
    align-content: start;
    border: 0;
    margin: 0;
    padding: 0;
    min-inline-size: 0;
  }
  .field > label,
  .field > legend,
  .label {
    font-weight: 600;
    padding: 0;
  }
  .field > legend {
    margin-block-end: 0.25rem;
  }
  .field .mark {
    font-weight: 400;
    color: var(--_muted);
    font-size: 0.9375em;
  }
  input:not([type='radio'], [type='checkbox']),
  select,
  textarea {
    inline-size: 100%;
    min-block-size: 2.75rem;
    border: 1px solid var(--_line-strong);
    border-radius: var(--_radius);
    padding: 0.25rem 0.75rem;
    background: var(--_surface);
    font-size: max(1em, 16px);
  }
  textarea {
    min-block-size: 5rem;
    padding-block: 0.5rem;
    resize: vertical;
  }
  input[type='radio'],
  input[type='checkbox'] {
    accent-color: var(--_accent);
    inline-size: 1.25rem;
    block-size: 1.25rem;
    margin: 0;
    flex: none;
  }
  [aria-invalid='true']:not([type='radio']) {
    border-color: var(--_danger);
    box-shadow: inset 0 0 0 1px var(--_danger);
  }
  .fault {
    color: var(--_danger);
    font-size: 0.9375em;
    margin: 0;
  }
  .fault::before {
    content: '✘ ';
  }
  .ok {
    color: var(--_success);
  }
  .radios {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 1.25rem;
  }
  .radios label,
  .check {
    display: flex;
    gap: 0.5rem;
    align-items: center;
    min-block-size: 2.75rem;
    cursor: pointer;
  }
  .form {
    display: grid;
    gap: 1.125rem;
  }
`;
