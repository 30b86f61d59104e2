import { getRequestListener } from '@hono/node-server';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InserviceKit } from '../index.js';

/**
 * The kit as a handler of Node's http, Express, Fastify (via middie) or Koa (`ctx.respond = false`). Mounted under a path, Express has
 * taken it off `req.url` already. `identify` gets this very request, with whatever the portal's own middleware put on it.
 */
export function toNodeHandler(kit: Pick<InserviceKit, 'app'>): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const listener = getRequestListener((request, env) => kit.app.fetch(request, env), { overrideGlobalObjects: false });
  return async (request, response) => {
    await listener(request, response);
  };
}
