import type { Codes, Directory, TrailPage, UnitPage } from '../../server/contract/wire.js';
import type { Reader } from './client.js';

export const listUnits = (client: Reader, query: object) => client.get<UnitPage>('/units', { query });
export const searchDirectory = (client: Reader, q: string, signal?: AbortSignal) =>
  client.get<Directory>('/units/directory', { query: { q }, signal });
export const readCodes = (client: Reader) => client.get<Codes>('/codes');
export const readTrail = (client: Reader, query: object) => client.get<TrailPage>('/audit', { query });
