/** All words in English, which come at once when English is first asked for. */
import { enImport } from './en-import.js';
import { enMore } from './en-more.js';
import { enOffice } from './en-office.js';
import { en } from './en.js';

export const enAll = { ...en, ...enMore, ...enImport, ...enOffice };
