/** Staff lists on their way into the roster. */
import type { BodyOf } from '../../server/contract/calls.js';
import type { Import, ImportList, ImportRows } from '../../server/contract/wire.js';
import type { Client, Reader, Sending } from './client.js';

/** A large file on a slow line, and then its check. */
const PATIENCE_MS = 120_000;

export function stageFile(client: Client, file: File, encoding?: string): Promise<Import> {
  const body = new FormData();
  body.append('file', file);
  if (encoding) body.append('encoding', encoding);
  return client.secret<Import>('POST', '/teachers/imports', { body, patience: PATIENCE_MS });
}
export const stageCells = (client: Client, cells: string[][]) =>
  client.secret<Import>('POST', '/teachers/imports', { body: { cells }, patience: PATIENCE_MS });
export const listImports = (client: Reader) => client.get<ImportList>('/teachers/imports');
export const readImport = (client: Reader, id: string) => client.get<Import>(`/teachers/imports/${id}`, { patience: PATIENCE_MS });
export const updateImport = (client: Client, id: string, body: BodyOf<'updateImport'>) =>
  client.patch<Import>(`/teachers/imports/${id}`, { body, patience: PATIENCE_MS });
export const updateImportRow = (client: Client, id: string, row: number, body: BodyOf<'updateImportRow'>) =>
  client.patch<ImportRows>(`/teachers/imports/${id}/rows/${row}`, { body });
export const commitImport = (client: Client, id: string, body: BodyOf<'commitImport'>, more: Sending = {}) =>
  client.post<Import>(`/teachers/imports/${id}/commit`, { ...more, body, patience: PATIENCE_MS });
export const undoImport = (client: Client, id: string, more: Sending = {}) =>
  client.post<Import>(`/teachers/imports/${id}/undo`, { ...more, patience: PATIENCE_MS });
export const importErrors = (client: Reader, id: string) => client.download(`/teachers/imports/${id}/errors`, { format: 'xlsx' });
export const importTemplate = (client: Reader, format: 'xlsx' | 'csv') => client.download('/teachers/imports/template', { format });
