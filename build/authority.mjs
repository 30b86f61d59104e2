// Makes docs/authority.md from the matrix of the domain: `node build/authority.mjs` writes it, a guard of `npm test` compares it.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const RELATIONS = [
  ['own', 'own unit'],
  ['parent', 'one below'],
  ['above', 'further below'],
  ['below', 'above'],
  ['none', 'elsewhere'],
];
const yes = (allowed) => (allowed ? '✓' : '');
const sight = (seen) => ({ whole: 'whole', masked: 'masked', nothing: '' })[seen];
const table = (headings, rows) => [headings, headings.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const across = (title) => [title, ...RELATIONS.map(([, name]) => name)];
const byRelation = (title, cell) => [title, ...RELATIONS.map(([relation]) => cell(relation))];
const roles = (list) => list.join(', ');

function accounts(matrix) {
  const [grants, decides] = [matrix.grants.head, matrix.decides.head];
  return table(across('a head, on an account of'), [
    byRelation('enable a contact or operator as', (r) => roles(grants.pending[r].member)),
    byRelation('enable an applicant for head as', (r) => roles(grants.pending[r].head)),
    byRelation('switch a contact or operator to', (r) => roles(grants.active[r].member)),
    byRelation('switch a head to', (r) => roles(grants.active[r].head)),
    byRelation('edit, reject, delete, restore, link a contact or operator', (r) => yes(decides[r].member)),
    byRelation('the same with a head, or an applicant for head', (r) => yes(decides[r].head)),
  ]);
}

function sights({ seesAccounts, seesRoster }, named) {
  return table(
    across('sees, of'),
    Object.entries(named).flatMap(([role, name]) => [
      byRelation(`${name}: heads`, (r) => sight(seesAccounts[role][r].head)),
      byRelation(`${name}: contacts, operators`, (r) => sight(seesAccounts[role][r].member)),
      byRelation(`${name}: roster`, (r) => sight(seesRoster[role][r])),
    ]),
  );
}

function rest({ writesRoster, vouches, seesUnits, namesUnits, movesUnits, beginsHandover, approvesHandover }, named) {
  return table(
    across('may, in'),
    Object.entries(named).flatMap(([role, name]) => [
      byRelation(`${name}: edit the roster, reveal`, (r) => yes(writesRoster[role][r])),
      byRelation(`${name}: create integrations for its teachers`, (r) => yes(vouches[role][r])),
      byRelation(`${name}: see the unit`, (r) => yes(seesUnits[role][r])),
      byRelation(`${name}: open and rename it`, (r) => yes(namesUnits[role][r])),
      byRelation(`${name}: move it`, (r) => yes(movesUnits[role][r])),
      byRelation(`${name}: begin or refuse the hand-over of its head`, (r) => yes(beginsHandover[role][r])),
      byRelation(`${name}: approve the hand-over`, (r) => yes(approvesHandover[role][r])),
    ]),
  );
}

function wholeSubtree({ readsSubtree, decidesDisputes }, named) {
  return table(
    ['may, over its unit and all below', ...Object.values(named)],
    [
      ['read lists, searches and statistics', ...Object.keys(named).map((role) => yes(readsSubtree[role]))],
      ['decide disputes between two schools', ...Object.keys(named).map((role) => yes(decidesDisputes[role]))],
    ],
  );
}

function functions(policy, list, named) {
  return table(
    ['function', ...Object.values(named)],
    list.map((name) => [`\`${name}\``, ...Object.keys(named).map((role) => yes(policy[role].includes(name)))]),
  );
}

/** The expected document. */
export async function authorityDocument(root) {
  const { AUTHORITY } = await import(`${root}dist/server/domain/authority-matrix.js`);
  const { DEFAULT_POLICY, FUNCTIONS, ROLES } = await import(`${root}dist/server/domain/authority.js`);
  const { serverLocales } = await import(`${root}dist/server/domain/server-texts/server-locales.js`);
  const chinese = serverLocales().texts('zh-Hant').letters.roles;
  const named = Object.fromEntries(ROLES.map((role) => [role, `${role} ${chinese[role]}`]));
  const text = `# Who may do what

<!-- Made from server/domain/authority-matrix.ts by build/authority.mjs. -->

★ 業務帳號開通、變更、刪除，都需要由上一階層才有權限管理: an account is managed by the level above it. The head of a unit manages its contacts and operators. The head of the parent unit, and nobody else, manages the head and the accounts that apply to be head.

- **Nobody changes their own role or status**, and nobody grants a role to themselves.
- A caller who may not know of something gets the same response as if it did not exist (404). A caller who may know of it, but may not do this, gets 403. Both leave an audit entry in the caller's own unit.
- A unit has at most one active head. To grant \`head\` while there is one fails (\`head-exists\`), unless the request says \`replace\`: then the old head becomes a contact in the same transaction. A unit that has no head must get one before other accounts are enabled.
- The facts that a decision rests on (the caller's role, the position of the units) must still hold when it is written. Otherwise the use case runs again with fresh data.

## Functions of a role

The default; a portal may pass its own table (\`policy\`). The tables below hold for callers who have the function that is needed: \`account.manage\` for accounts, \`teacher.manage\` for rosters.

${functions(DEFAULT_POLICY, FUNCTIONS, named)}

## Business accounts

The columns say where the account's unit lies, as seen from the head who acts. No other role manages accounts. A role cannot be granted to an account that already has it.

${accounts(AUTHORITY)}

## What is seen

*Masked* means: only the first character of a person's name, and no complete mail address, phone number, note or user name. The identity number is masked for everybody, and no digit of it is shown to units above. To reveal it takes a reason and leaves an audit entry.

${sights(AUTHORITY, named)}

Callers who see a unit's accounts may read its audit trail. Callers who see the roster of their own unit may read the audit entries of its roster entries.

## The rest

${rest(AUTHORITY, named)}

${wholeSubtree(AUTHORITY, named)}

A unit is moved by the head of the nearest unit that is strictly above both its old and its new parent, and never into its own subtree. So nobody brings accounts under themselves: where one of the two parents is the nearest unit itself, the level above it decides. The topmost unit has no level above; its head moves a unit to itself only after the head of the old parent has released it (PATCH with releasedTo).

The topmost unit has no level above that could approve the hand-over of its head. Both parties consent; then the unit's officers receive a letter, and the hand-over takes effect at least 7 days later. Until then either party may refuse it. The operator of the site can replace the head too: kit head create --replace.

## How it is tested

\`server/conformance/authority-cases.ts\` states the same rules a second time. It is written by hand from the contract and takes nothing from the domain: each act, by each role in each relation and by an anonymous caller, on a school and on a county. The tests send every case over HTTP, on both engines. They check the status, the audit entry of a denial, that a denied call changed nothing, and that the response holds no name, user name, address or phone number that the caller may not see in full. A mutant of the matrix, with one cell changed, makes them fail. A portal runs the cases against its own mount:

\`\`\`ts
import { AUTHORITY_PASSWORD, authorityCases, authorityField, findField } from 'inservice-kit/server/authority-cases';
// Load authorityField(nationalId), sign everybody in the way the portal does, then:
for (const { name, caller, method, path, body, status } of authorityCases(await findField(as))) …
\`\`\`
`;
  return format(text, { ...(await resolveConfig(`${root}docs/authority.md`)), parser: 'markdown' });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  writeFileSync(`${root}docs/authority.md`, await authorityDocument(root));
}
