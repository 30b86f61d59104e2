/** Imported by what imports lists: adds its words, once. */
import { addWords } from './locale.js';
import { zhHantImport } from './zh-hant-import.js';

addWords(zhHantImport);
