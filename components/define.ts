/** Tolerant registration: one page may load two versions of the kit. */
import { version } from './version.js';

const VERSION_OF = Symbol.for('inservice-kit/version');

/** Registers a tag, or warns with both versions if it is already registered. */
export function define(tag: string, element: CustomElementConstructor): void {
  const taken = customElements.get(tag) as (CustomElementConstructor & { [VERSION_OF]?: string }) | undefined;
  if (taken) {
    if (taken !== element)
      console.warn(
        `inservice-kit ${version}: <${tag}> is registered already (${taken[VERSION_OF] ?? 'not by inservice-kit'}); that one stays.`,
      );
    return;
  }
  Object.defineProperty(element, VERSION_OF, { value: version });
  customElements.define(tag, element);
}
