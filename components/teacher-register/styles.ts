import { css } from 'lit';

export const register = css`
  .register {
    display: grid;
    grid-template-columns: minmax(0, 34rem) minmax(0, 1fr);
    gap: 2rem;
    padding: 1rem 1.5rem 1.5rem;
  }
  .beside {
    display: grid;
    gap: 1rem;
    align-content: start;
  }
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
  .notes {
    margin: 0.25rem 1.5rem 0;
    padding-inline-start: 1.25rem;
    color: var(--_muted);
  }
  @container (max-width: 56rem) {
    .register {
      grid-template-columns: minmax(0, 1fr);
    }
  }
  @container (max-width: 40rem) {
    .register {
      padding-inline: 1rem;
    }
    .notes {
      margin-inline: 1rem;
    }
  }
`;
