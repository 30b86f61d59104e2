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
