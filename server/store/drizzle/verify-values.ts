/** Verifies encrypted values: each can be opened at its place, and an identity number is the one by which its person is found. */
import type { RecordReport, SealReader } from '../store.js';
import type { Row, Snapshot, TableName } from './driver.js';
import { fieldOf, sealedColumnsOf } from './sealed-columns.js';
import type { Tables } from './tables.js';

/** How many of each kind of finding are named. */
const FINDINGS_NAMED = 50;

export async function* rowsOf(snapshot: Snapshot, table: TableName): AsyncGenerator<Row, undefined> {
  for await (const rows of snapshot.rows(table)) yield* rows;
}

export async function unreadableValues(
  snapshot: Snapshot,
  tables: Tables,
  sealReader: SealReader,
): Promise<Pick<RecordReport, 'opened' | 'unreadable'>> {
  const columns = Object.entries(sealedColumnsOf(tables)).map(([name, info]) => {
    return {
      name: name as Parameters<SealReader['open']>[0],
      table: info.tableName,
      boundTo: fieldOf(info, info.boundTo),
      field: fieldOf(info, info.value),
    };
  });
  const unreadable = new Findings();
  let opened = 0;
  for (const table of new Set(columns.map((column) => column.table))) {
    const ofTable = columns.filter((column) => column.table === table);
    for await (const row of rowsOf(snapshot, table)) {
      for (const { name, boundTo, field } of ofTable) {
        const [value, bound] = [row[field] as string | null, row[boundTo] as string];
        // An empty value is not encrypted: a response without a body, or an import that has expired.
        if (value === null || value === '') continue;
        const text = sealReader.open(name, bound, value);
        if (text === null) unreadable.add(`${name} cannot be opened: ${bound}`);
        else if (name === 'personNumbers.sealed' && !sealReader.isIndexOf(row['number'] as string, text))
          unreadable.add(`an identity number is not the one by which its person is found: ${bound}`);
        else opened++;
      }
    }
  }
  return { opened, unreadable: unreadable.list };
}

/** Texts about what was found, of which only so many are kept. */
export class Findings {
  readonly #kept: string[] = [];
  #count = 0;

  add(text: string): void {
    if (this.#count++ < FINDINGS_NAMED) this.#kept.push(text);
  }

  get list(): string[] {
    const more = this.#count - this.#kept.length;
    return more > 0 ? [...this.#kept, `… and ${more} more`] : this.#kept;
  }
}
