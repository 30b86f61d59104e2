/** Imported by what is done now and then: adds its words, once. */
import { addWords } from './locale.js';
import { zhHantOffice } from './zh-hant-office.js';

addWords(zhHantOffice);
