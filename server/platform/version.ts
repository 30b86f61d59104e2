import { readFileSync } from 'node:fs';
import { built } from './built.js';

/** The version in `package.json`. */
export const version = (JSON.parse(readFileSync(built('../package.json'), 'utf8')) as { version: string }).version;
