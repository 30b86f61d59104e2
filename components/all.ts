/** A single file, for subresource integrity: registers all elements and mounts `<div data-inservice>`. */
import { mount } from './index.js';

export * from './index.js';

mount();
