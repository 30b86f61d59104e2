import { css } from 'lit';

/** What stands below the heading of an element that is no list. */
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
