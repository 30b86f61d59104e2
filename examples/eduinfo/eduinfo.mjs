// Decides who may sign in by the eduinfo of county providers: the same facts, under names that differ by county.
// Used with oidc(): `admit: ({ claims, accessToken }) => isOfSchools(await eduinfo(claims, accessToken, URL), codes)`.

const SCHOOL = ['schoolid', 'schoolId', 'school_id', 'schoolcode', 'school_code', 'sid', 'SchoolID'];
const TITLES = ['titles', 'title', 'Titles', 'role', 'roles'];
const STUDENT = /學生|student/i;

const first = (entry, names) => names.map((name) => entry[name]).find((value) => value !== undefined && value !== null);
const list = (value) =>
  (Array.isArray(value) ? value : typeof value === 'string' ? value.split(/[,、]/) : []).map((each) => String(each).trim());

/** Schools and titles of a person: [{ school: '014501', titles: ['教師'] }]. */
export function readEduinfo(eduinfo) {
  const parsed = typeof eduinfo === 'string' ? JSON.parse(eduinfo) : eduinfo;
  const entries = Array.isArray(parsed) ? parsed : [parsed?.eduinfo ?? parsed].flat();
  return entries
    .filter((entry) => typeof entry === 'object' && entry !== null)
    .map((entry) => ({ school: String(first(entry, SCHOOL) ?? '').trim(), titles: list(first(entry, TITLES)) }))
    .filter(({ school }) => /^[0-9A-Za-z-]{6,10}$/.test(school));
}

/** The claim, if the provider includes it; otherwise its eduinfo resource, read with the access token. */
export async function eduinfo(claims, accessToken, resource) {
  if (claims.eduinfo !== undefined) return readEduinfo(claims.eduinfo);
  const response = await fetch(resource, {
    headers: { Authorization: `Bearer ${accessToken}` },
    redirect: 'error',
    signal: AbortSignal.timeout(5_000),
  });
  return response.ok ? readEduinfo(await response.json()) : [];
}

/** Whether a person is on the staff of one of these schools; students are not. */
export function isOfSchools(entries, schools) {
  return entries.some(({ school, titles }) => schools.includes(school) && !titles.some((title) => STUDENT.test(title)));
}
