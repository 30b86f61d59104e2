import { getRequestListener } from '@hono/node-server';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Hono } from 'hono';
import type { Env } from './env.js';

/**
 * The kit as a handler of Node's http, Express, Fastify (via middie) or Koa (`ctx.respond = false`). Mounted under a path, Express has
 * removed the path from `req.url` already. `identify` gets this request object, with what the portal's middleware added to it.
 */
export function toNodeHandler(kit: { app: Hono<Env> }): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const listener = getRequestListener((request, env) => kit.app.fetch(request, env), { overrideGlobalObjects: false });
  return async (request, response) => {
    await listener(request, response);
  };
}
