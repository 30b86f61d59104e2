import { css } from 'lit';

export const importStyles = css`
  .import {
    display: grid;
    gap: 1.5rem;
    padding: 1rem 1.5rem 1.5rem;
  }
  .import > section {
    display: grid;
    gap: 0.625rem;
    min-inline-size: 0;
    justify-items: start;
  }
  .import > section > * {
    max-inline-size: 100%;
    margin: 0;
  }
  .import > section.form,
  .import > section > .form,
  .import > section > details,
  .import > section > .choices {
    justify-self: stretch;
  }
  .import > .notice {
    margin: 0;
  }
  .import progress {
    inline-size: min(30rem, 100%);
    block-size: 0.75rem;
    accent-color: var(--_accent);
  }
  .drop {
    position: relative;
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 1rem;
    align-items: center;
    justify-self: stretch;
    padding: 1.25rem;
    border: 2px dashed var(--_line-strong);
    border-radius: var(--_radius);
    background: var(--_sunken);
  }
  .drop :focus-visible + .btn {
    outline: 3px solid var(--_focus);
    outline-offset: 2px;
  }
  .counts {
    font-weight: 600;
  }
  .recent,
  .mapping,
  .gone {
    list-style: none;
    padding: 0;
    margin: 0;
    justify-self: stretch;
  }
  .recent li {
    display: flex;
    gap: 0.75rem;
    align-items: center;
    justify-content: space-between;
    padding: 0.5rem 0;
    border-block-start: 1px solid var(--_line);
  }
  .recent .btn {
    flex: none;
  }
  .recent p {
    margin: 0;
  }
  .encoding {
    grid-template-columns: auto 12rem;
    align-items: center;
    gap: 0.75rem;
  }
  .mapping {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr));
    gap: 0.75rem 1.5rem;
    margin-block: 0.75rem;
  }
  .mapping label {
    display: block;
    font-weight: 600;
  }
  .mapping small,
  .check small {
    display: block;
    font-weight: 400;
    color: var(--_muted);
  }
  .check small.fault {
    color: var(--_danger);
  }
  .import .rows {
    inline-size: 100%;
  }
  .rows caption {
    padding-inline: 0;
  }
  .rows th:first-child,
  .rows td:first-child {
    padding-inline-start: 0;
  }
  .rows th:last-child,
  .rows td:last-child {
    padding-inline-end: 0;
  }
  .rows td,
  .rows tbody th {
    vertical-align: top;
    padding-block: 0.625rem;
  }
  .rows .number {
    white-space: nowrap;
    color: var(--_muted);
  }
  .rows .what p {
    margin: 0;
  }
  .mend {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 0.75rem;
    align-items: start;
  }
  .mend .field {
    flex: 0 1 22rem;
  }
  .mend .btn {
    margin-block-start: 1.85rem;
  }
  .gone {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(14rem, 100%), 1fr));
    gap: 0 1.5rem;
    max-block-size: 24rem;
    overflow: auto;
  }
  .leave {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr));
    gap: 1rem 1.5rem;
  }
  @container (max-width: 40rem) {
    .import {
      padding-inline: 1rem;
    }
    .encoding {
      grid-template-columns: auto minmax(0, 1fr);
    }
    .rows tbody tr {
      grid-template-columns: auto minmax(0, 1fr) auto;
      padding-inline: 0;
    }
    .rows .number {
      grid-column: 1;
    }
    .rows .number .visually-hidden {
      position: static;
      clip-path: none;
      inline-size: auto;
    }
    .rows tbody th {
      grid-column: 2;
      padding: 0;
    }
    .rows td.what {
      grid-column: 1 / -1;
      grid-row: 2;
      padding: 0;
    }
    .rows td:last-child {
      grid-column: 3;
      grid-row: 1;
    }
    .rows td[colspan] {
      grid-column: 1 / -1;
    }
    .mend .field {
      flex: 1 1 100%;
    }
    .mend .btn {
      margin-block-start: 0;
    }
  }
`;
