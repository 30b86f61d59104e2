import { css } from 'lit';

/** The tokens that a host may set; defaults are system colours and the host's font. */
export const tokens = css`
  :host {
    --_surface: var(--inservice-color-surface, light-dark(#fff, #141a20));
    --_sunken: color-mix(in srgb, var(--_surface) 94%, var(--_text));
    --_text: var(--inservice-color-text, light-dark(#1b2530, #e7ecf1));
    --_muted: color-mix(in srgb, var(--_text) 74%, var(--_surface));
    --_line: var(--inservice-color-border, light-dark(#d8dfe6, #2d3843));
    --_line-strong: color-mix(in srgb, var(--_text) 56%, var(--_surface));
    --_accent: var(--inservice-color-accent, light-dark(#0b666d, #5cc4cb));
    --_on-accent: var(--inservice-color-on-accent, light-dark(#fff, #08272a));
    --_accent-weak: color-mix(in srgb, var(--_accent) 11%, var(--_surface));
    --_danger: var(--inservice-color-danger, light-dark(#a8231c, #ff9c92));
    --_danger-weak: color-mix(in srgb, var(--_danger) 10%, var(--_surface));
    --_success: var(--inservice-color-success, light-dark(#1b6b3a, #7fd09a));
    --_warn: light-dark(#7a5200, #f1c46b);
    --_focus: var(--inservice-focus-color, var(--_accent));
    --_radius: var(--inservice-radius, 0.5rem);
    --_space: var(--inservice-space, 0.5rem);
    --_row: var(--inservice-row-height, 2.75rem);
    display: block;
    container-type: inline-size;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) * 1.5);
    font-family: var(--inservice-font, inherit);
    font-size: var(--inservice-font-size, max(1rem, 16px));
    line-height: 1.6;
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  :host([hidden]) {
    display: none;
  }
  :host([density='compact']) {
    --_row: 2.25rem;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  .said,
  .visually-hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
