// docs/authority.md from the matrix of the domain: `node build/authority.mjs` writes it, the guard of `npm test` compares it.
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
const ROLES = { head: 'head 總負責人', contact: 'contact 連絡人', operator: 'operator 作業人員' };
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
    byRelation('enable who asks to be head as', (r) => roles(grants.pending[r].head)),
    byRelation('switch a contact or operator to', (r) => roles(grants.active[r].member)),
    byRelation('switch a head to', (r) => roles(grants.active[r].head)),
    byRelation('edit, reject, delete, restore, link a contact or operator', (r) => yes(decides[r].member)),
    byRelation('the same with a head, or who asks to be one', (r) => yes(decides[r].head)),
  ]);
}

function sights({ seesAccounts, seesRoster }) {
  return table(
    across('sees, of'),
    Object.entries(ROLES).flatMap(([role, name]) => [
      byRelation(`${name}: heads`, (r) => sight(seesAccounts[role][r].head)),
      byRelation(`${name}: contacts, operators`, (r) => sight(seesAccounts[role][r].member)),
      byRelation(`${name}: roster`, (r) => sight(seesRoster[role][r])),
    ]),
  );
}

function rest({ writesRoster, vouches, seesUnits, namesUnits, movesUnits, beginsHandover, approvesHandover }) {
  return table(
    across('may, in'),
    Object.entries(ROLES).flatMap(([role, name]) => [
      byRelation(`${name}: write on the roster, reveal`, (r) => yes(writesRoster[role][r])),
      byRelation(`${name}: let another system vouch for its teachers`, (r) => yes(vouches[role][r])),
      byRelation(`${name}: know the unit`, (r) => yes(seesUnits[role][r])),
      byRelation(`${name}: open and rename it`, (r) => yes(namesUnits[role][r])),
      byRelation(`${name}: move it`, (r) => yes(movesUnits[role][r])),
      byRelation(`${name}: begin or refuse the hand-over of its head`, (r) => yes(beginsHandover[role][r])),
      byRelation(`${name}: approve the hand-over`, (r) => yes(approvesHandover[role][r])),
    ]),
  );
}

function wholeSubtree({ readsSubtree, decidesDisputes }) {
  return table(
    ['may, over its unit and all below', ...Object.values(ROLES)],
    [
      ['read lists, searches and statistics', ...Object.keys(ROLES).map((role) => yes(readsSubtree[role]))],
      ['decide disputes between two schools', ...Object.keys(ROLES).map((role) => yes(decidesDisputes[role]))],
    ],
  );
}

function functions(policy, list) {
  return table(
    ['function', ...Object.values(ROLES)],
    list.map((name) => [`\`${name}\``, ...Object.keys(ROLES).map((role) => yes(policy[role].includes(name)))]),
  );
}

/** The document as it should be. */
export async function authorityDocument(root) {
  const { AUTHORITY } = await import(`${root}dist/server/domain/authority-matrix.js`);
  const { DEFAULT_POLICY, FUNCTIONS } = await import(`${root}dist/server/domain/authority.js`);
  const text = `# Who may do what

<!-- Made from server/domain/authority-matrix.ts by build/authority.mjs. -->

★ 業務帳號開通、變更、刪除，都需要由上一階層才有權限管理: an account is managed by the level above it. A contact or operator by the head of its unit; a head, or who asks to be one, by the head of the parent unit and nobody else.

- **Nobody acts on his own role or state**, and nobody grants himself anything.
- What someone may not know of is answered like what does not exist (404). What he knows of and may not do is 403; both leave a line in the trail of his own unit.
- A unit has at most one active head. Granting \`head\` while there is one is refused (\`head-exists\`) unless the request says \`replace\`; then the old head becomes a contact in the same transaction. A unit without a head gets its head first.
- What a decision rested on (the actor in office, the units in their place) must still hold when it is written; otherwise it is decided anew.

## Functions of a role

The default; a portal may pass its own (\`policy\`). Each table below holds for whoever has the function it needs: \`account.manage\` for accounts, \`teacher.manage\` for rosters.

${functions(DEFAULT_POLICY, FUNCTIONS)}

## Business accounts

The columns say where the account's unit lies, seen from the head who acts. No other role acts on accounts. A role that is held already is not granted again.

${accounts(AUTHORITY)}

## What is seen

Masked: of a person's name the first character, no mail address, phone, note or user name whole. The national id is masked for everybody, and from above no digit of it is shown; showing one wants a reason and leaves a line.

${sights(AUTHORITY)}

A unit's trail is read by who sees its accounts, that of an entry by who sees the own roster.

## The rest

${rest(AUTHORITY)}

${wholeSubtree(AUTHORITY)}

A unit is moved by the head of the nearest unit above both its places, never into its own subtree. A move grants no right over accounts.

## How it is held

\`server/conformance/authority-cases.ts\` says the same a second time, written by hand from the contract and never taken from the domain: each act by each role in each relation, to a school and to a county, and by somebody unknown. The tests send every case over HTTP, on both engines: the status, the line of a denial, that nothing changed, and that no name, user name, address or phone number that the caller may not see whole is in the answer. Each mutant of the matrix, with one cell flipped, makes them fail. A portal runs the cases against its own mount:

\`\`\`ts
import { AUTHORITY_PASSWORD, authorityCases, authorityField, findField } from 'inservice-kit/server/authority-cases';
// load authorityField(nationalId), sign everybody in as the portal does, then
for (const { name, caller, method, path, body, status } of authorityCases(await findField(as))) …
\`\`\`
`;
  return format(text, { ...(await resolveConfig(`${root}docs/authority.md`)), parser: 'markdown' });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  writeFileSync(`${root}docs/authority.md`, await authorityDocument(root));
}
