/** Imported by what needs more words than a list: adds them, once. */
import { addWords } from './locale.js';
import { zhHantMore } from './zh-hant-more.js';

addWords(zhHantMore);
