/** A list that is read page by page: what narrows and orders it, and what is said and focused once it has changed. */
import { InserviceReadyEvent } from '../events.js';
import { TypedText } from './composing.js';
import { RequestController } from './request.js';
import type { Screen, ScreenHost } from './screen.js';

export interface ListQuery {
  q: string;
  /** A column, `-` before it for descending. */
  sort: string;
  page: number;
}

export interface ListPage {
  items: readonly { id: string; name: string }[];
  page: number;
  pageSize: number;
  pageCount: number;
  total: number;
}

export class PagedList<Query extends ListQuery, Page extends ListPage> {
  query: Query;
  /** Search while somebody types. */
  readonly typed = new TypedText((q) => void this.search({ q }));
  readonly #request: RequestController<Page>;

  /** @param read reads the page that `query` asks for, by `page()` */
  constructor(
    private readonly host: ScreenHost & { pageSize: number },
    private readonly screen: Screen,
    private readonly all: Query,
    read: (signal: AbortSignal) => Promise<Page>,
  ) {
    this.query = all;
    this.#request = new RequestController(host, screen, read);
  }

  get value(): Page | null {
    return this.#request.value;
  }

  get items(): Page['items'] {
    return this.value?.items ?? [];
  }

  get loading(): boolean {
    return this.#request.loading;
  }

  /** Reads again what is shown. */
  readonly run = (): Promise<boolean> => this.#request.run();

  async reload(): Promise<void> {
    const first = this.value === null;
    if ((await this.run()) && first) this.host.dispatchEvent(new InserviceReadyEvent());
  }

  /** Shows all again, from the first page; nothing is read yet. */
  forget(): void {
    this.query = this.all;
    this.#request.forget();
  }

  /** Reads by `call`; where the last row of the last page has left, the page before it. */
  async page(call: (query: Query & { pageSize: number }) => Promise<Page>): Promise<Page> {
    const { pageSize } = this.host;
    const page = await call({ ...this.query, pageSize });
    if (page.items.length > 0 || page.total === 0) return page;
    this.query = { ...this.query, page: page.pageCount };
    return call({ ...this.query, pageSize });
  }

  /** Narrows or orders the list, and shows its first page. */
  refine(change: Partial<Query> | Partial<ListQuery>): Promise<boolean> {
    this.query = { ...this.query, page: 1, ...change };
    return this.run();
  }

  /** Narrows the list and says how many it found. */
  readonly search = async (change: Partial<Query> | Partial<ListQuery>): Promise<void> => {
    if (await this.refine(change)) this.screen.say(this.screen.t.common.found(this.value?.total ?? 0));
  };

  /** The search's button, or Enter in its field. */
  readonly onSearch = (event: Event): void => {
    event.preventDefault();
    this.typed.cancel();
    void this.search({ q: this.host.renderRoot.querySelector<HTMLInputElement>('#q')!.value });
  };

  readonly sort = async (sort: string): Promise<void> => {
    if (!(await this.refine({ sort }))) return;
    const { t } = this.screen;
    const column = sort.replace('-', '');
    this.screen.say(t.common.sortedBy((t.field as Record<string, string>)[column] ?? column, sort.startsWith('-')));
  };

  readonly go = async (page: number): Promise<void> => {
    if (!(await this.refine({ page }))) return;
    this.screen.say(this.screen.t.common.page(page, this.value!.pageCount));
    this.screen.focus('table');
  };

  readonly resize = (size: number): void => {
    this.host.pageSize = size;
    void this.refine({});
  };
}
