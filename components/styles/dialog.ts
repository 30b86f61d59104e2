import { css } from 'lit';

/** A modal dialog in an element; loaded with the first one. */
export const dialog = css`
  dialog {
    color: inherit;
    background: var(--_surface);
    border: 1px solid var(--_line-strong);
    border-radius: calc(var(--_radius) * 1.5);
    padding: 1.5rem;
    inline-size: min(34rem, 100vw - 2rem);
    max-block-size: calc(100dvh - 2rem);
    overflow: auto;
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 50%);
  }
  dialog .acts {
    justify-content: flex-end;
  }
  @media (max-width: 40rem) {
    dialog {
      inline-size: 100vw;
      max-inline-size: 100vw;
      block-size: 100dvh;
      max-block-size: 100dvh;
      border: 0;
      border-radius: 0;
      padding: 1rem;
    }
    dialog .acts {
      flex-direction: column;
      align-items: stretch;
    }
  }
  @media print {
    dialog {
      display: none;
    }
  }
`;
