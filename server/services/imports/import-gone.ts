/** A term's full list against the roster: who is on the roster and not in the list. */
import { sameName } from '../../domain/names.js';
import type { TeacherRecord } from '../../store/records.js';
import type { Act } from '../core/act.js';
import type { ImportContent } from './import-content.js';

/** Whom a full list does not name. */
export async function goneFrom(act: Act, content: ImportContent): Promise<TeacherRecord[]> {
  const named = new Set(content.results.map(({ about }) => about));
  const filter = { unitId: act.caller.unit.id, today: act.today, departed: false };
  const ids = await act.store.teacherIds(filter, { by: 'name', descending: false });
  const entries = new Map((await act.store.teachersById(ids)).map((entry) => [entry.id, entry]));
  return ids
    .map((id) => entries.get(id))
    .filter((entry) => entry !== undefined && !named.has(entry.id) && entry.departure === null) as TeacherRecord[];
}

/** More than this part of a roster does not leave in one summer: the list is of something else. */
const FEW = 0.5;

/**
 * Compares a full list with the roster. Somebody whom it does not name is taken to leave, unless a line that is not about an
 * entry of the roster bears the name (whose number may have been renewed, or be wrong), or so many were to leave that the list
 * cannot be a full one.
 * @param newly what becomes of those who were not among them before
 */
export async function compare(act: Act, content: ImportContent, newly: 'leave' | 'stay' = 'leave'): Promise<void> {
  if (!content.complete) {
    content.gone = [];
    return;
  }
  const gone = await goneFrom(act, content);
  const known = new Set(content.gone.map(({ id }) => id));
  const unsure = content.results.filter(({ about }) => about === null).map(({ name }) => name);
  const met = content.results.filter(({ about }) => about !== null).length;
  const tooMany = gone.length > (gone.length + met) * FEW;
  content.gone = gone.map(({ id, name, title, status }) => ({
    id,
    name,
    title,
    status,
    doubtful: unsure.some((each) => sameName(each, name)),
  }));
  const stay = content.gone.filter(({ id, doubtful }) => !known.has(id) && (doubtful || tooMany || newly === 'stay')).map(({ id }) => id);
  content.staying = [...new Set([...content.staying, ...stay])].filter((id) => content.gone.some((each) => each.id === id));
}
