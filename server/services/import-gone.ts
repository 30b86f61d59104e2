/** A term's full list against the roster: who is on the roster and not in the list. */
import { sameName } from '../domain/names.js';
import type { TeacherRecord } from '../store/records.js';
import type { Act } from './act.js';
import type { ImportContent } from './import-content.js';

const SLICE = 500;

/** Whom a full list does not name. */
export async function goneFrom(act: Act, content: ImportContent): Promise<TeacherRecord[]> {
  const named = new Set(content.results.map(({ about }) => about));
  const found: TeacherRecord[] = [];
  for (let page = 1; ; page++) {
    const filter = { unitId: act.caller.unit.id, today: act.today, departed: false };
    const { items } = await act.store.teachers(filter, { by: 'name', descending: false }, { page, pageSize: SLICE });
    found.push(...items.filter(({ id, departure }) => !named.has(id) && departure === null));
    if (items.length < SLICE) return found;
  }
}

/** More than this part of a roster does not leave in one summer: the list is of something else. */
const FEW = 0.5;

/**
 * Compares a full list with the roster. Somebody whom it does not name is taken to leave, unless a line with faults bears the
 * name, or so many were to leave that the list cannot be a full one.
 */
export async function compare(act: Act, content: ImportContent): Promise<void> {
  if (!content.complete) {
    content.gone = [];
    return;
  }
  const gone = await goneFrom(act, content);
  const known = new Set(content.gone.map(({ id }) => id));
  const unsure = content.results.filter(({ outcome, about }) => outcome === 'invalid' && about === null).map(({ name }) => name);
  const met = content.results.filter(({ about }) => about !== null).length;
  const tooMany = gone.length > (gone.length + met) * FEW;
  content.gone = gone.map(({ id, name, title, status }) => ({
    id,
    name,
    title,
    status,
    doubtful: unsure.some((each) => sameName(each, name)),
  }));
  const stay = content.gone.filter(({ id, doubtful }) => !known.has(id) && (doubtful || tooMany)).map(({ id }) => id);
  content.staying = [...new Set([...content.staying, ...stay])].filter((id) => content.gone.some((each) => each.id === id));
}
