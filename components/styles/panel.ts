import { css } from 'lit';

/** The detail beside a list, its audit entries, and what can be opened; loaded with the first detail. */
export const panel = css`
  .panel .top {
    display: flex;
    gap: 0.75rem;
    align-items: start;
    justify-content: space-between;
  }
  .panel .back {
    display: none;
    justify-self: start;
  }
  hr {
    border: 0;
    border-block-start: 1px solid var(--_line);
    inline-size: 100%;
    margin: 0;
  }
  .trail {
    display: grid;
    gap: 0.375rem;
    color: var(--_muted);
    font-size: 0.9375em;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .trail b {
    color: var(--_text);
    font-weight: 600;
  }
  details > summary {
    cursor: pointer;
    min-block-size: 2.75rem;
    display: flex;
    align-items: center;
    gap: 0.5rem;
    font-weight: 600;
  }
  details > summary::before {
    content: '▸';
  }
  details[open] > summary::before {
    content: '▾';
  }
  @container (max-width: 56rem) {
    .panel .back {
      display: inline-flex;
    }
  }
`;
