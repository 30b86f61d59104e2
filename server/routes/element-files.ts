/** Serves the built elements and the sign-in page, so that a portal needs no build step. */
import type { Hono } from 'hono';
import { readFile } from 'node:fs/promises';
import { built } from '../platform/built.js';
import { DomainError } from '../domain/errors.js';
import type { Env } from './env.js';

const FILE = /^[\w.-]+\.(?:js|css|map)$/;
const HASHED = /-[A-Z0-9]{8}\.js$/;
const TYPES: Record<string, string> = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', map: 'application/json' };

/** The Content-Security-Policy of the kit's pages: same-origin scripts and styles, nothing inline, Trusted Types required. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types inservice-kit";

export async function elementFile(name: string): Promise<Response> {
  if (!FILE.test(name)) throw new DomainError('not-found');
  const bytes = await readFile(built(`elements/${name}`)).catch(() => {
    throw new DomainError('not-found');
  });
  return new Response(bytes, {
    headers: {
      'Content-Type': TYPES[name.slice(name.lastIndexOf('.') + 1)]!,
      'Cache-Control': HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'public, max-age=300',
      // Any site may load the elements. Their data still needs a sign-in.
      'Access-Control-Allow-Origin': '*',
      'Cross-Origin-Resource-Policy': 'cross-origin',
      'X-Content-Type-Options': 'nosniff',
    },
  });
}

const page = (title: string, script: string, body: string): string => `<!doctype html>
<html lang="zh-Hant-TW">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="stylesheet" href="elements/page.css">
<main>${body}</main>
<script type="module" src="elements/${script}"></script>
</html>
`;
const SIGN_IN_PAGE = page('登入', 'sign-in-page.js', '<sign-in-hand-over></sign-in-hand-over>');
const RECOVER_PAGE = page('忘記密碼', 'recover.js', '<account-recovery heading-level="1" sign-in-url="./sign-in"></account-recovery>');

export function addElementFiles(app: Hono<Env>): void {
  app.get('/elements/:file', (c) => elementFile(c.req.param('file')));
  app.get('/sign-in', (c) =>
    c.html(SIGN_IN_PAGE, 200, {
      'Content-Security-Policy': PAGE_POLICY,
      // The page that opened this window receives the code by postMessage, which needs window.opener.
      'Cross-Origin-Opener-Policy': 'unsafe-none',
    }),
  );
  app.get('/recover', (c) => c.html(RECOVER_PAGE, 200, { 'Content-Security-Policy': PAGE_POLICY, 'Cache-Control': 'no-store' }));
}
