/** Truly one file, for subresource integrity: registers everything and mounts `<div data-inservice>`. */
import { mount } from './index.js';

export * from './index.js';

mount();
