import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const text = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8');
const folders: Record<string, string[]> = {
  'server/services/roster': ['enumeration'],
  'server/routes': [
    'requests',
    'authority',
    'session',
    'own-log-in',
    'claims',
    'accounts',
    'teachers',
    'retention',
    'promises',
    'headers',
    'hostile-requests',
    'imports',
    'verify',
    'portal-identity',
    'sign-in-limits',
    'linked-identities',
    'mail-confirmation',
    'handovers',
    'disputes',
  ],
  'server/files': ['files'],
  'server/identity': ['oidc', 'bearer', 'lying-provider'],
  'server/reference': ['outside', 'personal-data', 'keys', 'backup', 'manual', 'load', 'session-ends'],
  'server/delivery': ['delivery'],
  'server/store': ['stores'],
  'server/fuzz': ['fuzz'],
  'server/soak': ['soak'],
  examples: ['examples'],
};
const fileOf = new Map(
  Object.entries(folders).flatMap(([folder, names]) => names.map((name) => [name, `${folder}/${name}.test.ts`] as const)),
);
const SAID = new Set(['guards', 'read', 'run', 'elements', 'elements (axe)']);

describe('docs/security.md', () => {
  const rows = text
    .split('\n')
    .filter((line) => /^\| \d/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));

  it('names each requirement once', () => {
    const named = rows.flatMap(([, ids]) => ids!.split(' '));
    expect(named.length).toBeGreaterThan(170);
    expect(named.filter((id, index) => named.indexOf(id) !== index)).toEqual([]);
    expect(named.filter((id) => !/^\d+\.\d+\.\d+$/.test(id))).toEqual([]);
  });

  it('names existing tests', () => {
    const missing = rows
      .flatMap(([, , , tests]) => tests!.split(', '))
      .filter((name) => !SAID.has(name) && !existsSync(new URL(`../../${fileOf.get(name) ?? 'nothing'}`, import.meta.url)));
    expect(missing).toEqual([]);
  });
});
