/** CMS editors strip unknown tags: `<div data-inservice="teacher-roster" data-base-url="…">` becomes the element. */

/** Replaces each match by the element that it names; other `data-…` attributes become its attributes. */
export function mount(selector = '[data-inservice]', root: ParentNode = document): void {
  for (const place of root.querySelectorAll<HTMLElement>(selector)) {
    const { inservice, ...attributes } = place.dataset;
    if (!inservice || !customElements.get(inservice)) {
      console.warn(`inservice-kit: there is no element <${inservice ?? ''}> to mount`);
      continue;
    }
    const element = document.createElement(inservice);
    for (const [name, value] of Object.entries(attributes))
      element.setAttribute(
        name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
        value ?? '',
      );
    element.append(...place.childNodes);
    place.replaceWith(element);
  }
}
