/** Registers all elements. A tag that is already registered is skipped with a warning. */
import { defineAll } from './elements.js';

export * from './elements.js';

defineAll();
