/** Fields as they were sent: undefined means untouched. */
export type Patch<T> = { [K in keyof T]?: T[K] | undefined };

/** The fields that were sent. */
export function definedFields<T extends object>(patch: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
