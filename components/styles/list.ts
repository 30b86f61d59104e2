import { css } from 'lit';

/** A list with its detail; the table becomes cards in a narrow container. */
export const list = css`
  .tools {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem;
    align-items: end;
    padding: 0.75rem 1.5rem 1rem;
  }
  .tools .field {
    flex: 0 1 12rem;
  }
  .tools .field.search {
    flex: 1 1 14rem;
  }
  .tools .field > label {
    font-weight: 400;
    font-size: 0.9375em;
    color: var(--_muted);
  }
  .split {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    border-block-start: 1px solid var(--_line);
  }
  .split.open {
    grid-template-columns: minmax(0, 1fr) minmax(20rem, 25rem);
  }
  .split.open > .list {
    border-inline-end: 1px solid var(--_line);
  }
  .list {
    min-inline-size: 0;
    position: relative;
  }
  .bar {
    position: absolute;
    inset: 0 0 auto;
    block-size: 3px;
    background: linear-gradient(90deg, transparent, var(--_accent), transparent);
    background-size: 40% 100%;
    background-repeat: no-repeat;
    animation: slide 1.2s linear infinite;
  }
  @keyframes slide {
    from {
      background-position: -60% 0;
    }
    to {
      background-position: 160% 0;
    }
  }
  table {
    border-collapse: collapse;
    inline-size: 100%;
  }
  caption {
    text-align: start;
    color: var(--_muted);
    font-size: 0.9375em;
    padding: 0.5rem 1.5rem;
  }
  th,
  td {
    text-align: start;
    padding: 0.375rem 0.75rem;
    border-block-end: 1px solid var(--_line);
    block-size: var(--_row);
    vertical-align: middle;
  }
  th:first-child,
  td:first-child {
    padding-inline-start: 1.5rem;
  }
  th:last-child,
  td:last-child {
    padding-inline-end: 1.5rem;
    text-align: end;
  }
  thead th {
    font-size: 0.9375em;
    font-weight: 600;
    color: var(--_muted);
    block-size: 2.5rem;
    background: var(--_sunken);
    border-block-start: 1px solid var(--_line);
    white-space: nowrap;
  }
  thead button {
    appearance: none;
    border: 0;
    background: none;
    font-weight: inherit;
    color: inherit;
    padding: 0.25rem 0;
    min-block-size: 2rem;
    cursor: pointer;
  }
  thead button::after {
    content: ' ↕';
    opacity: 0.6;
  }
  [aria-sort='ascending'] button::after {
    content: ' ▲';
    opacity: 1;
  }
  [aria-sort='descending'] button::after {
    content: ' ▼';
    opacity: 1;
  }
  tbody th {
    font-weight: 600;
    /* Keeps a name of three characters on one line beside an open panel. */
    min-inline-size: 6.5em;
  }
  tbody tr:hover {
    background: var(--_sunken);
  }
  tbody tr[aria-current] {
    background: var(--_accent-weak);
    box-shadow: inset 3px 0 var(--_accent);
    /* Drawn in forced colours, which have no shadows. */
    outline: 2px solid transparent;
    outline-offset: -2px;
  }
  tbody .btn {
    min-block-size: 2.75rem;
    padding-block: 0.125rem;
    white-space: nowrap;
  }
  :host([density='compact']) tbody .btn {
    min-block-size: 2rem;
  }
  td.date,
  td .status {
    white-space: nowrap;
  }
  .split.open .wide {
    display: none;
  }
  .grey i {
    display: block;
    block-size: 0.875rem;
    border-radius: 0.25rem;
    background: var(--_line);
  }
  .empty {
    padding: 2.5rem 1.5rem;
    text-align: center;
    display: grid;
    gap: 0.75rem;
    justify-items: center;
  }
  .empty p {
    margin: 0;
  }
  .pager {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 0.75rem;
    align-items: center;
    padding: 0.75rem 1.5rem;
    color: var(--_muted);
  }
  .pager select {
    inline-size: auto;
  }
  .pager label {
    display: inline-flex;
    gap: 0.5rem;
    align-items: center;
    white-space: nowrap;
  }
  .pager nav {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 0.75rem;
    align-items: center;
    margin-inline-start: auto;
  }
  .pager nav > * {
    white-space: nowrap;
    padding-inline: 0.5rem;
  }
  .panel {
    padding: 1.25rem 1.5rem;
    display: grid;
    gap: 1rem;
    align-content: start;
    min-inline-size: 0;
  }
  .footer {
    display: none;
  }
  @container (max-width: 56rem) {
    .split.open {
      grid-template-columns: minmax(0, 1fr);
    }
    .split.open > .list {
      display: none;
    }
    .tools.behind,
    .sum.behind {
      display: none;
    }
  }
  @container (max-width: 40rem) {
    /* Without this, the caption of a table shown as cards shrinks to one character per line. */
    caption {
      display: block;
    }
    .tools {
      display: grid;
      grid-template-columns: 1fr 1fr;
      padding-inline: 1rem;
    }
    .tools .search,
    .tools .btn {
      grid-column: 1 / -1;
    }
    .tools .field {
      min-inline-size: 0;
    }
    caption {
      padding-inline: 1rem;
    }
    table,
    tbody,
    tr,
    th,
    td {
      display: block;
      border: 0;
      block-size: auto;
      padding: 0;
    }
    thead {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    tbody tr {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      gap: 0.125rem 0.75rem;
      align-items: baseline;
      padding: 0.75rem 1rem;
      border-block-end: 1px solid var(--_line);
    }
    th:first-child,
    td:first-child,
    th:last-child,
    td:last-child {
      padding: 0;
    }
    tbody th {
      font-size: 1.125em;
    }
    td {
      grid-column: 1;
    }
    td:last-child {
      grid-column: 2;
      grid-row: 1 / span 2;
      align-self: center;
    }
    td.none {
      display: none;
    }
    .pager {
      padding-inline: 1rem;
    }
    .pager nav {
      inline-size: 100%;
      justify-content: space-between;
      flex-wrap: nowrap;
    }
    td .status {
      white-space: normal;
    }
    .panel {
      padding-inline: 1rem;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .bar {
      animation: none;
      background: var(--_accent);
    }
  }
  @media print {
    .tools,
    .pager,
    .bar,
    td:last-child:has(.btn),
    thead th:last-child {
      display: none;
    }
    tr {
      break-inside: avoid;
    }
    thead {
      display: table-header-group;
    }
    .footer {
      display: block;
      padding: 0.5rem 1.5rem;
      font-size: 0.875em;
    }
  }
`;
