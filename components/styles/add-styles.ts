import type { CSSResult } from 'lit';

/** Adds the styles of a part that is loaded later, once. */
export function addStyles({ renderRoot }: { renderRoot: ParentNode }, ...styles: CSSResult[]): void {
  const root = renderRoot as ShadowRoot;
  root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, ...styles.map(({ styleSheet }) => styleSheet!)])];
}
