import { css } from 'lit';

export const roster = css`
  .choice {
    display: inline-flex;
    gap: 0.625rem;
    align-items: center;
    min-block-size: 2.75rem;
    cursor: pointer;
  }
  .list > .choice {
    margin-inline: 1.5rem;
  }
  @container (max-width: 40rem) {
    .list > .choice {
      margin-inline: 1rem;
    }
  }
  .sum {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0.25rem 0.75rem;
    padding: 0.75rem 1.5rem;
    border-block-end: 1px solid var(--_line);
  }
  .sum button {
    appearance: none;
    border: 0;
    background: none;
    padding: 0.125rem 0 calc(0.125rem + 3px);
    min-block-size: 2.75rem;
    cursor: pointer;
  }
  .sum button[aria-pressed='true'] {
    border-block-end: 3px solid var(--_accent);
    padding-block-end: 0.125rem;
  }
  .sum b {
    font-size: 1.625em;
    font-weight: 650;
    line-height: 1.2;
  }
  .sum small {
    font-size: 0.9375em;
    color: var(--_muted);
  }
  @container (max-width: 40rem) {
    .sum {
      padding-inline: 1rem;
    }
    .sum small {
      flex-basis: 100%;
      order: 9;
    }
  }
`;
