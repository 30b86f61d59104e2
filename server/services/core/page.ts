/** A page of a list as the contract has it. */
export function pageOf<T>(items: T[], total: number, { page, pageSize }: { page: number; pageSize: number }) {
  return { items, page, pageSize, pageCount: Math.max(1, Math.ceil(total / pageSize)), total };
}
