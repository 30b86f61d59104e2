/** How large a staff list may be. The body of a request is limited before (contract: 10 MiB). */
export const LIMITS = {
  rows: 5_000,
  columns: 100,
  /** Lines of a sheet, with those that are formatted and empty. */
  sheetLines: 20_000,
  cells: 500_000,
  /** Excel's own limit of a cell is 32,767. */
  cellLength: 10_000,
  runLength: 40_000,
  /** Of all cells together; one text may stand in many. */
  characters: 4_000_000,
  entries: 200,
  inflatedBytes: 32 * 1024 * 1024,
  memoryMb: 384,
  milliseconds: 10_000,
} as const;
