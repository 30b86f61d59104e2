/** Compares a full list with the roster: entries that the list does not name. */
import { sameName } from '../../domain/names.js';
import type { TeacherRecord } from '../../store/records.js';
import { byId } from '../core/by-id.js';
import type { Act } from '../core/act.js';
import type { ImportContent } from './import-content.js';

/** The entries that a full list does not name. */
export async function goneFrom(act: Act, content: ImportContent): Promise<TeacherRecord[]> {
  const named = new Set(content.results.map(({ about }) => about));
  const filter = { unitId: act.caller.unit.id, today: act.today, departed: false };
  const ids = await act.store.teacherIds(filter, { by: 'name', descending: false });
  const entries = byId(await act.store.teachersById(ids));
  return ids
    .map((id) => entries.get(id))
    .filter((entry) => entry !== undefined && !named.has(entry.id) && entry.departure === null) as TeacherRecord[];
}

/** If more than this share of a roster would leave, the list is not a full one. */
const FEW = 0.5;

/**
 * Compares a full list with the roster. An entry that the list does not name is taken to leave, with two exceptions: a row
 * that matches no entry has the same name (the number may have been renewed, or be wrong), or so many would leave that the
 * list cannot be a full one.
 * @param newly what happens to entries that were not missing before
 */
export async function compare(act: Act, content: ImportContent, newly: 'leave' | 'stay' = 'leave'): Promise<void> {
  if (!content.complete) {
    content.gone = [];
    return;
  }
  const missing = await goneFrom(act, content);
  const known = new Set(content.gone.map(({ id }) => id));
  const unsure = content.results.filter(({ about }) => about === null).map(({ name }) => name);
  const met = content.results.filter(({ about }) => about !== null).length;
  const tooMany = missing.length > (missing.length + met) * FEW;
  content.gone = missing.map(({ id, name, title, status }) => ({
    id,
    name,
    title,
    status,
    doubtful: unsure.some((each) => sameName(each, name)),
  }));
  const stay = content.gone.filter(({ id, doubtful }) => !known.has(id) && (doubtful || tooMany || newly === 'stay')).map(({ id }) => id);
  content.staying = [...new Set([...content.staying, ...stay])].filter((id) => content.gone.some((each) => each.id === id));
}
