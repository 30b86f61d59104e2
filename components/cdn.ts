/**
 * The entry for a CDN or a copied folder. It loads an element when its tag is in the page, and replaces `<div data-inservice>` by
 * the element that it names. `inservice-kit.all.js` contains all elements in one file.
 */
import type { Tag } from './elements.js';
import { mount } from './mount.js';
import { version } from './version.js';

const LOADERS: Record<Tag, () => Promise<unknown>> = {
  'inservice-provider': () => import('./inservice-provider/define.js'),
  'account-sign-in': () => import('./account-sign-in/define.js'),
  'account-recovery': () => import('./account-recovery/define.js'),
  'account-profile': () => import('./account-profile/define.js'),
  'account-application': () => import('./account-application/define.js'),
  'account-manager': () => import('./account-manager/define.js'),
  'teacher-roster': () => import('./teacher-roster/define.js'),
  'teacher-register': () => import('./teacher-register/define.js'),
  'unit-overview': () => import('./unit-overview/define.js'),
  'unit-statistics': () => import('./unit-statistics/define.js'),
  'audit-trail': () => import('./audit-trail/define.js'),
  'teacher-claim': () => import('./teacher-claim/define.js'),
};

const started = new Set<Tag>();

async function loadTagsIn(root: ParentNode): Promise<void> {
  const wanted = (Object.keys(LOADERS) as Tag[]).filter(
    (tag) => !started.has(tag) && root.querySelector(`${tag}, [data-inservice="${tag}"]`),
  );
  for (const tag of wanted) started.add(tag);
  // The provider is defined first; otherwise its children would send a request without it.
  wanted.sort((a, b) => Number(b === 'inservice-provider') - Number(a === 'inservice-provider'));
  for (const tag of wanted) await LOADERS[tag]();
  if (root.querySelector('[data-inservice]')) mount();
}

if (customElements.get('teacher-roster') ?? customElements.get('inservice-provider')) {
  console.warn(`inservice-kit ${version}: the elements are registered already; this copy loads nothing more.`);
} else {
  new MutationObserver(() => void loadTagsIn(document)).observe(document.documentElement, { childList: true, subtree: true });
  void loadTagsIn(document);
}
