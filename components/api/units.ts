import type { Codes, Directory, TrailPage, UnitPage } from '../../server/contract/wire.js';
import type { Client } from './client.js';

export const listUnits = (client: Client, query: object) => client.get<UnitPage>('/units', { query });
export const searchDirectory = (client: Client, q: string, signal?: AbortSignal) =>
  client.get<Directory>('/units/directory', { query: { q }, signal });
export const readCodes = (client: Client) => client.get<Codes>('/codes');
export const readTrail = (client: Client, query: object) => client.get<TrailPage>('/audit', { query });
