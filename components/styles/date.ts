import { css } from 'lit';

export const date = css`
  .date {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    align-items: center;
  }
  .date label {
    display: flex;
    gap: 0.375rem;
    align-items: center;
  }
  .date input {
    inline-size: 4rem;
  }
  .date input.year {
    inline-size: 5.5rem;
  }
`;
