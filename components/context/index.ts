/** All contexts, one sentence each. */
import { createContext } from '@lit/context';
import type { Connection } from './connection.js';

/** The connection that a provider hands to all elements below it; by `Symbol.for`, so that two bundles on one page meet. */
export const connectionContext = createContext<Connection | null>(Symbol.for('inservice-kit/connection'));
