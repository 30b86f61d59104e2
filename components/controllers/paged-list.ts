/** A list that is read page by page: its filters and order, and the announcement and focus after a change. */
import { InserviceReadyEvent } from '../events.js';
import { TypedText } from './composing.js';
import { RequestController } from './request.js';
import type { Screen, ScreenHost } from './screen.js';

export interface ListQuery {
  q: string;
  /** The sort column, with a leading `-` for descending order. */
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
  /** Search during input. */
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

  /** Reads the current page again. */
  readonly run = (): Promise<boolean> => this.#request.run();

  async reload(): Promise<void> {
    const first = this.value === null;
    if ((await this.run()) && first) this.host.dispatchEvent(new InserviceReadyEvent());
  }

  /** Resets the filters and the page, without a request. */
  forget(): void {
    this.query = this.all;
    this.#request.forget();
  }

  /** Reads with `call`. If the last page is empty now, reads the page before it. */
  async page(call: (query: Query & { pageSize: number }) => Promise<Page>): Promise<Page> {
    const { pageSize } = this.host;
    const page = await call({ ...this.query, pageSize });
    if (page.items.length > 0 || page.total === 0) return page;
    this.query = { ...this.query, page: page.pageCount };
    return call({ ...this.query, pageSize });
  }

  /** Filters or sorts the list, and shows its first page. */
  refine(change: Partial<Query> | Partial<ListQuery>): Promise<boolean> {
    this.query = { ...this.query, page: 1, ...change };
    return this.run();
  }

  /** Filters the list and announces the number of results. */
  readonly search = async (change: Partial<Query> | Partial<ListQuery>): Promise<void> => {
    if (await this.refine(change)) this.screen.say(this.screen.t.common.found(this.value?.total ?? 0));
  };

  /** The search button, or Enter in the search field. */
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
