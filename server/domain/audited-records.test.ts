import { describe, expect, it } from 'vitest';
import { differingFields, toldBy, untoldIdentities, type TellingEntry, type Told } from './audited-records.js';
import type { TrailAction } from './trail.js';

const entry = (action: TrailAction, after: Record<string, unknown> | null, more: Partial<TellingEntry> = {}): TellingEntry => ({
  action,
  outcome: 'done',
  details: { targetName: '王小明', before: null, after },
  ...more,
});
const told = (...entries: TellingEntry[]): Told | undefined => entries.reduce<Told | undefined>(toldBy, undefined);
const purged = { details: null };

describe('what the audit trail tells of a record', () => {
  it('is the newest value of each field that an entry gives', () => {
    const all = told(entry('load', { role: 'contact', status: 'active' }), entry('account.switch-role', { role: 'head' }));
    expect(all).toMatchObject({ exists: true, values: { role: 'head', status: 'active' } });
    expect(differingFields(all!, { role: 'head', status: 'active', title: '組長' })).toEqual([]);
    expect(differingFields(all!, { role: 'contact', status: 'deleted' })).toEqual(['role', 'status']);
  });

  it('compares lists and objects by their content', () => {
    const all = told(entry('teacher.register', { subjects: ['a', 'b'], departure: { kind: 'retired', on: '2026-08-01' } }));
    expect(differingFields(all!, { subjects: ['a', 'b'], departure: { kind: 'retired', on: '2026-08-01' } })).toEqual([]);
    expect(differingFields(all!, { subjects: ['b', 'a'], departure: null })).toEqual(['subjects', 'departure']);
  });

  it('is the name alone where an entry of an earlier version begins, and not the name that a later reader saw', () => {
    expect(told(entry('load', null))?.values).toEqual({ name: '王小明' });
    expect(told(entry('teacher.read', null))?.values).toEqual({});
    const renamed = told(entry('load', null), entry('account.update', { name: '王大明' }), entry('session.create', null));
    expect(renamed?.values).toEqual({ name: '王大明' });
  });

  it('is nothing by entries of denied acts', () => {
    expect(told(entry('account.update', { code: 'forbidden' }, { outcome: 'denied' }))).toBe(undefined);
  });

  it('ends with an undone registration, and is unknown after a purge', () => {
    expect(told(entry('teacher.register', { status: 'pending' }), entry('import.undo', null))).toMatchObject({ exists: false });
    expect(told(entry('import.undo', { status: 'pending' }))).toMatchObject({ exists: true, values: { status: 'pending' } });
    expect(told(entry('load', { name: '甲' }), entry('purge', { kind: 'person', name: '—' }))).toEqual({
      exists: null,
      values: { kind: 'person', name: '—' },
      issuers: [],
    });
    for (const action of ['purge', 'import.undo'] as const)
      expect(told(entry('load', null, purged), entry(action, null, purged))).toMatchObject({ exists: null, values: {} });
    // The purge of a trail names its unit, and changes nothing of it.
    expect(told(entry('load', { name: '甲' }), entry('purge', { kind: 'details', upTo: 9 }))?.values).toMatchObject({ name: '甲' });
  });
});

describe('an outside identity that no entry tells of', () => {
  const link = (issuer: string) => entry('account.link', { issuer });
  const unlink = (issuer: string): TellingEntry => ({ ...link(issuer), details: { targetName: null, before: { issuer }, after: null } });

  it('is one that was neither linked nor applied with', () => {
    expect(untoldIdentities(undefined, ['a'])).toBe(1);
    expect(untoldIdentities(told(entry('load', {})), ['a'])).toBe(1);
    expect(untoldIdentities(told(link('a')), ['a'])).toBe(0);
    expect(untoldIdentities(told(link('a')), ['a', 'a'])).toBe(1);
    expect(untoldIdentities(told(link('a')), ['b'])).toBe(1);
    expect(untoldIdentities(told(link('a'), unlink('a')), ['a'])).toBe(1);
    expect(untoldIdentities(told(link('a'), link('b'), unlink('a')), ['b'])).toBe(0);
    expect(untoldIdentities(told(entry('account.apply', { status: 'pending', issuer: 'a' })), ['a'])).toBe(0);
    expect(untoldIdentities(told(entry('account.apply', { status: 'pending' })), ['a'])).toBe(1);
    expect(untoldIdentities(told(entry('account.update', { email: 'x' })), [])).toBe(0);
  });

  it('is none where the entry names no issuer: one of an earlier version, or one without details', () => {
    expect(untoldIdentities(told(entry('account.apply', { requestedRole: 'head' })), ['a'])).toBe(0);
    expect(untoldIdentities(told(entry('account.link', { role: 'head' })), ['a'])).toBe(0);
    expect(untoldIdentities(told(entry('account.link', null, purged)), ['a', 'b'])).toBe(1);
  });
});
