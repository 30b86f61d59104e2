import { describe, expect, it } from 'vitest';
import { idsOnPath, isWithin, nearestAbove, pathBelow, relationOf } from './units.js';

describe('the path of a unit', () => {
  it('begins at the root and ends with the unit', () => {
    expect([pathBelow(null, 'm'), pathBelow('/m/', 'a')]).toEqual(['/m/', '/m/a/']);
    expect([idsOnPath('/m/a/s/'), idsOnPath('/m/')]).toEqual([['m', 'a', 's'], ['m']]);
  });

  it('is within itself and the units above it', () => {
    expect(['/m/a/', '/m/', '/m/b/', '/m/a/s/'].map((ancestor) => isWithin('/m/a/', ancestor))).toEqual([true, true, false, false]);
  });
});

describe('the relation of units', () => {
  it.each([
    ['/m/a/', '/m/a/', 'own'],
    ['/m/a/', '/m/a/s/', 'parent'],
    ['/m/', '/m/a/s/', 'above'],
    ['/m/a/s/', '/m/a/', 'below'],
    ['/m/a/s/', '/m/', 'below'],
    ['/m/a/', '/m/b/', 'none'],
    ['/m/a/', '/m/b/s/', 'none'],
    ['/m/a/', '/m/ab/', 'none'],
  ] as const)('%s to %s is %s', (actor, target, relation) => expect(relationOf(actor, target)).toBe(relation));

  it('gives the nearest unit above both, or none in another tree', () => {
    expect(nearestAbove('/m/a/s/', '/m/a/t/')).toBe('a');
    expect(nearestAbove('/m/a/', '/m/a/t/')).toBe('a');
    expect(nearestAbove('/m/a/t/', '/m/a/')).toBe('a');
    expect(nearestAbove('/m/a/s/', '/m/b/t/')).toBe('m');
    expect(nearestAbove('/m/a/', '/n/b/')).toBe(null);
  });
});
