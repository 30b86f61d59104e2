/** The largest staff list that is read. The HTTP contract limits the request body to 10 MiB before that. */
export const LIMITS = {
  rows: 5_000,
  columns: 100,
  /** Rows of a sheet, including rows that are formatted but empty. */
  sheetRows: 20_000,
  cells: 500_000,
  /** Excel's own limit is 32,767. */
  cellLength: 10_000,
  /** Characters of one XML text node. */
  xmlTextLength: 40_000,
  /** Of all cells together: many cells may share one string in the file. */
  characters: 4_000_000,
  /** Files in the zip archive. */
  zipEntries: 200,
  inflatedBytes: 32 * 1024 * 1024,
  memoryMb: 384,
  milliseconds: 10_000,
} as const;
