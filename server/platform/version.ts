import { readFileSync } from 'node:fs';
import { built } from './built.js';

/** The package's version. */
export const version = (JSON.parse(readFileSync(built('../package.json'), 'utf8')) as { version: string }).version;
