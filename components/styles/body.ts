import { css } from 'lit';

/** The content below the heading of an element without a list. */
export const body = css`
  .body {
    padding: 0.5rem 1.5rem 1.5rem;
  }
  @container (max-width: 40rem) {
    .body {
      padding-inline: 1rem;
    }
  }
`;

/** One short form with a link beside its button. */
export const shortForm = css`
  .body {
    max-inline-size: 28rem;
  }
  .form > p {
    margin: 0;
  }
  .acts {
    gap: 1rem;
  }
  .acts a {
    align-self: center;
  }
`;
