/** Registers the elements; a name that is taken is left and warned of. */
import { defineAll } from './elements.js';

export * from './elements.js';

defineAll();
