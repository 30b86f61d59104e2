/** Pages and order of lists. */

export interface Page {
  page: number;
  pageSize: number;
}

export interface Slice<T> {
  items: T[];
  total: number;
}

export interface Order<Field extends string> {
  by: Field;
  descending: boolean;
}
