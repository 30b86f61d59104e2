// A county portal on Hono, with its own users and sessions, that mounts the kit under /inservice.
// Run: npm run example:hono
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { createInserviceKit, fileKeys } from 'inservice-kit/server';
import { fillWithMadeUpPeople } from 'inservice-kit/server/demo';
import { sqliteStore } from 'inservice-kit/server/sqlite';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// The portal's own users, as in a county's directory.
const USERS = { wang: '王校長', lin: '林主任', kao: '教育處高承辦' };
const ISSUER = 'county-portal';

const page = (title, body) =>
  `<!doctype html><html lang="zh-Hant-TW"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>${body}</html>`;

export async function startPortal({ port = 8788 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'hono-portal-'));
  const sessions = new Map();
  const userOf = (c) => sessions.get(getCookie(c, 'portal_session'));

  const kit = await createInserviceKit({
    store: sqliteStore({ file: join(folder, 'inservice.sqlite') }),
    keys: fileKeys(join(folder, 'inservice.keys')),
    // The portal's session identifies the caller. Users do not sign in twice.
    identify: (_request, { context }) => {
      const user = userOf(context);
      return user ? { issuer: ISSUER, subject: user } : null;
    },
  });
  await fillWithMadeUpPeople(kit, [
    { issuer: ISSUER, subject: 'wang', username: 'wang-head' },
    { issuer: ISSUER, subject: 'lin', username: 'lin-contact' },
    { issuer: ISSUER, subject: 'kao', username: 'county-a' },
  ]);

  const portal = new Hono();
  portal.route('/inservice', kit.app);
  portal.get('/', (c) =>
    c.html(
      page(
        '縣市入口網',
        `<h1>縣市入口網</h1><form method="post" action="/login">${Object.entries(USERS)
          .map(([id, name]) => `<button name="user" value="${id}">${name}</button>`)
          .join(' ')}</form>`,
      ),
    ),
  );
  portal.post('/login', async (c) => {
    const { user } = await c.req.parseBody();
    if (typeof user !== 'string' || !(user in USERS)) return c.redirect('/');
    const id = randomUUID();
    sessions.set(id, user);
    setCookie(c, 'portal_session', id, { httpOnly: true, sameSite: 'Lax' });
    return c.redirect('/staff');
  });
  portal.get('/staff', (c) => {
    const user = userOf(c);
    if (!user) return c.redirect('/');
    return c.html(
      page(
        '人事',
        `<h1>${USERS[user]}，您好</h1>
<script type="module" src="/inservice/elements/inservice-kit.js"></script>
<account-manager base-url="/inservice"></account-manager>
<teacher-roster base-url="/inservice"></teacher-roster>`,
      ),
    );
  });

  const server = await new Promise((resolve) => {
    const started = serve({ fetch: portal.fetch, port, hostname: '127.0.0.1' }, () => resolve(started));
  });
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await kit.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const portal = await startPortal();
  console.log(`A portal on Hono: ${portal.url}`);
  process.once('SIGINT', () => void portal.close());
  process.once('SIGTERM', () => void portal.close());
}
