/** A state of a screen that the accessibility checks visit. */
import type { Client } from '../api/client.js';

export interface State {
  /** Number of the screen and name of the state. */
  name: string;
  element: string;
  client: () => Client;
  attributes?: Record<string, string>;
  /** What a person does to get there. */
  act?: (element: HTMLElement) => Promise<void>;
}
