/** An answer to a request whose body is still being sent reaches the client: over real connections, because only they can be cut. */
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toNodeHandler } from './node-handler.js';
import { install, ORIGIN, type Installation } from '../testing/installation.js';

let installation: Installation;
let server: Server;

beforeAll(async () => {
  installation = await install();
  const handler = toNodeHandler(installation.kit);
  server = createServer((incoming, outgoing) => void handler(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await installation.end();
});

interface Sending {
  headers?: Record<string, string>;
  bytes: number;
  /** Pause between pieces, as on a slow line. */
  pieces?: number;
  pauseMs?: number;
}

/** The status and code of an answer; rejects if the connection is cut before everything was sent and the answer was read. */
async function send(path: string, { headers = {}, bytes, pieces = 64, pauseMs = 0 }: Sending): Promise<{ status: number; code: string }> {
  const { port } = server.address() as AddressInfo;
  const sending = request({ port, path, method: 'POST', headers: { Origin: ORIGIN, 'Content-Type': 'application/json', ...headers } });
  const cut = new Promise<never>((_resolve, reject) => sending.once('error', reject));
  const answered = new Promise<{ status: number; code: string }>((resolve, reject) => {
    sending.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode!, code: (JSON.parse(text) as { code: string }).code }));
    });
  });
  const piece = Buffer.alloc(bytes / pieces, 'x');
  const sent = (async () => {
    for (let index = 0; index < pieces; index++) {
      await new Promise<void>((resolve, reject) => sending.write(piece, (error) => (error ? reject(error) : resolve())));
      if (pauseMs > 0) await pause(pauseMs);
    }
    await new Promise<void>((resolve) => sending.end(resolve));
  })();
  const [answer] = await Promise.race([Promise.all([answered, sent]), cut]);
  return answer;
}

const MEGABYTE = 1024 * 1024;
const length = (bytes: number) => ({ 'Content-Length': String(bytes) });

describe('a body that is still being sent', () => {
  it('is refused as too large in an answer that arrives, sixteen times at once', async () => {
    const sizes = { bytes: 5 * MEGABYTE, pieces: 64 };
    const answers = await Promise.all(Array.from({ length: 16 }, () => send('/teachers', { ...sizes, headers: length(5 * MEGABYTE) })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([413]));
  });

  it.each([
    ['with its length', length(2 * MEGABYTE)],
    ['in chunks', {}],
  ])('is refused also on a slow line, %s', async (_how, headers) => {
    expect(await send('/teachers', { bytes: 2 * MEGABYTE, pieces: 32, pauseMs: 40, headers })).toEqual({ status: 413, code: 'too-large' });
  });

  it.each([
    ['an upload without a session', '/teachers/imports', { 'Content-Type': 'multipart/form-data; boundary=x' }, 'unauthenticated'],
    ['a path that does not exist', '/no-such-call', {}, 'not-found'],
    ['a page of another site', '/session', { Origin: 'https://other.example.test' }, 'origin-not-allowed'],
    ['another content type', '/session', { 'Content-Type': 'text/plain' }, 'unsupported-media-type'],
  ])('of %s is refused in an answer that arrives', async (_what, path, headers, code) => {
    const bytes = path === '/session' ? 16_000 : 960_000;
    expect(await send(path, { bytes, pieces: 32, pauseMs: 40, headers: { ...length(bytes), ...headers } })).toMatchObject({ code });
  });
});
