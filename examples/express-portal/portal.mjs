// A county portal on Express 5, with its own users and sessions, that mounts the kit under /inservice.
// Run: npm run example:express
import express from 'express';
import { createInserviceKit, fileKeys, toNodeHandler } from 'inservice-kit/server';
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

export async function startPortal({ port = 8789 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'express-portal-'));
  const sessions = new Map();

  const kit = await createInserviceKit({
    store: sqliteStore({ file: join(folder, 'inservice.sqlite') }),
    keys: fileKeys(join(folder, 'inservice.keys')),
    // The request of Express, with the user that the portal's middleware has set. Users do not sign in twice.
    identify: (_request, { incoming }) => (incoming.user ? { issuer: ISSUER, subject: incoming.user } : null),
  });
  await fillWithMadeUpPeople(kit, [
    { issuer: ISSUER, subject: 'wang', username: 'wang-head' },
    { issuer: ISSUER, subject: 'lin', username: 'lin-contact' },
    { issuer: ISSUER, subject: 'kao', username: 'county-a' },
  ]);

  const portal = express();
  portal.use((request, _response, next) => {
    const id = /portal_session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
    request.user = sessions.get(id);
    next();
  });
  // Before express.json(), because the kit reads its bodies itself.
  portal.use('/inservice', toNodeHandler(kit));
  portal.use(express.urlencoded({ extended: false }));
  portal.get('/', (_request, response) => {
    response.send(
      page(
        '縣市入口網',
        `<h1>縣市入口網</h1><form method="post" action="/login">${Object.entries(USERS)
          .map(([id, name]) => `<button name="user" value="${id}">${name}</button>`)
          .join(' ')}</form>`,
      ),
    );
  });
  portal.post('/login', (request, response) => {
    const { user } = request.body;
    if (!(user in USERS)) return response.redirect('/');
    const id = randomUUID();
    sessions.set(id, user);
    response.cookie('portal_session', id, { httpOnly: true, sameSite: 'lax' });
    return response.redirect('/staff');
  });
  portal.get('/staff', (request, response) => {
    if (!request.user) return response.redirect('/');
    return response.send(
      page(
        '人事',
        `<h1>${USERS[request.user]}，您好</h1>
<script type="module" src="/inservice/elements/inservice-kit.js"></script>
<account-manager base-url="/inservice"></account-manager>
<teacher-roster base-url="/inservice"></teacher-roster>`,
      ),
    );
  });

  const server = await new Promise((resolve) => {
    const started = portal.listen(port, '127.0.0.1', () => resolve(started));
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
  console.log(`A portal on Express: ${portal.url}`);
  process.once('SIGINT', () => void portal.close());
  process.once('SIGTERM', () => void portal.close());
}
