import { adoptStyles, supportsAdoptingStyleSheets, type CSSResult, type LitElement } from 'lit';

/** Adds the styles of a part that is loaded later. */
export function addStyles({ renderRoot }: LitElement, ...styles: CSSResult[]): void {
  const root = renderRoot as ShadowRoot;
  if (supportsAdoptingStyleSheets) root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...styles.map(({ styleSheet }) => styleSheet!)];
  else adoptStyles(root, styles);
}
