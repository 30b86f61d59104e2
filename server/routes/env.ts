import type { Fields } from '../services/core/act.js';
import type { Who } from '../services/core/caller.js';

/** What the middleware of a request hands on. */
export interface Env {
  Variables: { requestId: string; from: string | null; who: Who; body?: Fields<unknown> };
}
