// Decides who may sign in by what county providers say of a person: the same facts, in shapes and under names that differ by county.
// Used with oidc(): `admit: async ({ claims, accessToken }) => isOfSchools(await eduinfo(claims, accessToken, URL), codes)`.

const SCHOOL = ['schoolid', 'schoolId', 'SchoolID', 'school_id', 'schoolcode', 'school_code', 'sid', 'id'];
const TITLES = ['titles', 'Titles', 'title', 'roles', 'role'];

/**
 * Who is admitted. The same key may say teacher, staff, student or parent, and a county may add words, so that a word which is not
 * in this list admits nobody. Pass your own list where your county uses other words.
 */
export const STAFF_TITLES = [
  ...['校長', '園長', '副校長', '主任', '教務主任', '學務主任', '總務主任', '輔導主任', '人事主任', '會計主任', '組長'],
  ...['教師', '老師', '導師', '專任教師', '合格專任教師', '代理教師', '代課教師', '兼任教師', '特教教師', '輔導教師', '教保員', '教官'],
  ...['教職員', '職員', '行政人員', '學校行政人員', '幹事', '護理師'],
  ...['teacher', 'staff', 'principal'],
];

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const first = (entry, names) => names.map((name) => entry[name]).find((value) => value !== undefined && value !== null);
const fold = (title) => title.normalize('NFKC').trim().toLowerCase();

/** The titles in a value: a text, a list, or a text with several. */
const list = (value) =>
  (Array.isArray(value) ? value : typeof value === 'string' ? value.split(/[,、]/) : [])
    .filter((each) => typeof each === 'string')
    .map((each) => each.trim())
    .filter((each) => each !== '');

function parsed(value) {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return null;
  }
}

/** Entries of an object, or of the objects inside it: `{ schoolid, titles }`, `{ eduinfo: … }`, `{ titles: { schoolid, titles } }`. */
function entriesOf(value) {
  if (Array.isArray(value)) return value.flatMap(entriesOf);
  if (!isObject(value)) return [];
  if (value.eduinfo !== undefined) return entriesOf(parsed(value.eduinfo));
  const school = first(value, SCHOOL);
  if (school !== undefined) return [{ school: String(school).trim(), titles: TITLES.flatMap((name) => list(value[name])) }];
  return TITLES.flatMap((name) => entriesOf(value[name]));
}

/** Kaohsiung: the schools are keys, `kh_profile: { schools: { '553301': name } }`, `kh_titles: { '553301': ['教師'] }`. */
function entriesOfKaohsiung({ kh_titles: said, kh_profile: profile }) {
  const titles = parsed(said);
  const schools = Object.keys(parsed(profile)?.schools ?? {});
  if (isObject(titles)) return Object.entries(titles).map(([school, each]) => ({ school, titles: list(each) }));
  const plain = list(titles);
  // Titles without a school can only be those of the one school that the profile names.
  if (plain.length > 0) return schools.length === 1 ? [{ school: schools[0], titles: plain }] : [];
  return entriesOf(titles);
}

const withCode = (entries) => entries.filter(({ school }) => /^[0-9A-Za-z-]{6,10}$/.test(school));

/** Schools and titles of a person: [{ school: '014501', titles: ['教師'] }]. Empty where nothing can be read. */
export function readEduinfo(eduinfo) {
  return withCode(entriesOf(parsed(eduinfo)));
}

/** From the claims, if they say it; otherwise from the provider's eduinfo resource, read with the access token. */
export async function eduinfo(claims, accessToken, resource) {
  if (claims.kh_titles !== undefined) return withCode(entriesOfKaohsiung(claims));
  const said = claims.eduinfo ?? claims.titles;
  if (said !== undefined) return readEduinfo(said);
  // Compressed answers are unpacked by fetch.
  const response = await fetch(resource, {
    headers: { Authorization: `Bearer ${accessToken}` },
    redirect: 'error',
    signal: AbortSignal.timeout(5_000),
  });
  return response.ok ? readEduinfo(await response.text()) : [];
}

/** Whether a person is on the staff of one of these schools: somebody with one of these titles there. */
export function isOfSchools(entries, schools, staffTitles = STAFF_TITLES) {
  const admitted = new Set(staffTitles.map(fold));
  return entries.some(({ school, titles }) => schools.includes(school) && titles.some((title) => admitted.has(fold(title))));
}
