/** A small installation of made-up people: every role, every status, and the manual's school of 88 = 86 + 2. */
import type { LoadFile } from './load.js';
import { MadeUpPeople } from './made-up.js';

type Account = NonNullable<LoadFile['accounts']>[number];
type Teacher = NonNullable<LoadFile['teachers']>[number];

export const DEMO_PASSWORD = 'demo-Password-88';
const UNITS: NonNullable<LoadFile['units']> = [
  { code: 'MOE', name: '教育部', level: 'ministry' },
  { code: 'A00', name: '甲縣教育處', level: 'county', parentCode: 'MOE' },
  { code: '014501', name: '甲縣立第一國民小學', level: 'school', parentCode: 'A00' },
  { code: '014502', name: '甲縣立第二國民中學', level: 'school', parentCode: 'A00' },
  { code: '014303', name: '甲縣立第一高級中學', level: 'school', parentCode: 'A00' },
  { code: 'B00', name: '乙市教育局', level: 'county', parentCode: 'MOE' },
  { code: '213644-A', name: '乙市立實驗小學', level: 'school', parentCode: 'B00' },
  { code: '213502', name: '乙市立文化國民中學', level: 'school', parentCode: 'B00' },
  { code: '011K02', name: '乙市私立育才高級中學', level: 'school', parentCode: 'B00' },
];

const account = (
  unitCode: string,
  username: string,
  name: string,
  title: string,
  role: Account['role'],
  status: Account['status'] = 'active',
  sex: Account['sex'] = 'female',
): Account => ({
  unitCode,
  username,
  password: DEMO_PASSWORD,
  name,
  sex,
  title,
  email: `${username.replace('.', '-')}@example.test`,
  phone: '02-7712-3456',
  fax: '02-7712-3457',
  role,
  status,
});

const ACCOUNTS: Account[] = [
  account('MOE', 'moe-head', '張明德', '科長', 'head', 'active', 'male'),
  account('A00', 'county-a', '高淑惠', '承辦人', 'head'),
  account('A00', 'county-a-contact', '羅文凱', '專員', 'contact', 'active', 'male'),
  account('B00', 'county-b', '馮國棟', '承辦人', 'head', 'active', 'male'),
  account('014501', 'wang-head', '王建民', '校長', 'head', 'active', 'male'),
  account('014501', 'lin-contact', '林怡君', '教務主任', 'contact'),
  account('014501', 'chen-operator', '陳中良', '教學組長', 'operator', 'active', 'male'),
  account('014501', 'wu-operator', '吳佩芬', '資訊組長', 'operator'),
  account('014501', 'yating', '黃雅婷', '註冊組長', 'operator', 'pending'),
  account('014501', 'lee-jj', '李俊傑', '輔導主任', 'contact', 'pending', 'male'),
  account('014501', 'pschang', '張佩珊', '幹事', 'operator', 'pending'),
  account('014501', 'old-clerk', '周美玲', '幹事', 'operator', 'deleted'),
  account('014501', 'no-clerk', '徐志豪', '教師', 'operator', 'rejected', 'male'),
  account('014502', 'tsai-head', '蔡慧敏', '校長', 'head'),
  account('014502', 'hsu-contact', '許文雄', '教務主任', 'contact', 'active', 'male'),
  // A school without a head: its county activates the applicant.
  account('014303', 'peng-head', '彭靜宜', '校長', 'head', 'pending'),
  account('213644-A', 'deng-head', '鄧秀英', '校長', 'head'),
  account('213644-A', 'he-contact', '何宗翰', '人事主任', 'contact', 'active', 'male'),
  account('213502', 'song-head', '宋明哲', '校長', 'head', 'active', 'male'),
  account('011K02', 'tang-head', '唐麗華', '校長', 'head'),
];

const SUBJECTS = [
  'elementary.mandarin',
  'elementary.local-language',
  'elementary.mathematics',
  'elementary.english',
  'elementary.science',
  'elementary.arts',
  'elementary.health-pe',
  'elementary.social-studies',
];
const TITLES = ['teacher', 'teacher', 'teacher', 'homeroom-teacher', 'homeroom-teacher', 'director', 'section-chief', 'substitute'];

function roster(
  people: MadeUpPeople,
  unitCode: string,
  stage: string,
  subjects: string[],
  counts: { teachers: number; staff: number; pending: number; roaming: number },
): Teacher[] {
  const all = counts.teachers + counts.staff + counts.pending;
  return Array.from({ length: all }, (_, index): Teacher => {
    const pending = index >= counts.teachers + counts.staff;
    const staff = !pending && index >= counts.teachers;
    const roaming = !pending && index < counts.roaming;
    const { idKind: _kind, ...person } = people.person(index % 29 === 7 ? 'resident' : 'national');
    const number = String(index + 1).padStart(3, '0');
    const username = roaming
      ? `RM_${(people.number(36 ** 6) + 36 ** 6).toString(36).toUpperCase()}`
      : `${unitCode.toLowerCase()}-t${number}`;
    const taught = staff ? [] : [...new Set([people.pick(subjects), people.pick(subjects)])];
    return {
      ...person,
      unitCode,
      title: index === 0 ? 'principal' : staff ? 'staff' : people.pick(TITLES),
      email: pending ? null : `t${number}@${unitCode.toLowerCase()}.example.test`,
      stage,
      subjects: taught,
      username: pending ? null : username,
      status: pending ? 'pending' : roaming ? 'roaming' : 'active',
    };
  });
}

/** Two counties with three schools each; the first school as in the manual's figures 3 and 4. */
export function demoData(): LoadFile {
  const people = new MadeUpPeople(114);
  const junior = [
    'junior-high.mandarin',
    'junior-high.english',
    'junior-high.mathematics',
    'junior-high.physics-chemistry',
    'junior-high.history',
  ];
  const senior = ['senior-high.mandarin', 'senior-high.english', 'senior-high.mathematics', 'senior-high.physics', 'senior-high.chemistry'];
  return {
    units: UNITS,
    accounts: ACCOUNTS,
    teachers: [
      ...roster(people, '014501', 'elementary', SUBJECTS, { teachers: 83, staff: 3, pending: 2, roaming: 4 }),
      ...roster(people, '014502', 'junior-high', junior, { teachers: 31, staff: 4, pending: 3, roaming: 2 }),
      ...roster(people, '014303', 'senior-high', senior, { teachers: 12, staff: 1, pending: 1, roaming: 0 }),
      ...roster(people, '213644-A', 'elementary', SUBJECTS, { teachers: 18, staff: 2, pending: 1, roaming: 0 }),
      ...roster(people, '213502', 'junior-high', junior, { teachers: 24, staff: 2, pending: 0, roaming: 1 }),
    ],
  };
}

/** The log-ins that `npm start` prints and the demo's bar offers. */
export const DEMO_LOGINS = [
  { username: 'wang-head', who: '甲縣立第一國民小學 · 總負責人 王建民' },
  { username: 'lin-contact', who: '甲縣立第一國民小學 · 連絡人 林怡君' },
  { username: 'chen-operator', who: '甲縣立第一國民小學 · 作業人員 陳中良' },
  { username: 'county-a', who: '甲縣教育處 · 總負責人 高淑惠' },
  { username: 'tsai-head', who: '甲縣立第二國民中學 · 總負責人 蔡慧敏' },
  { username: 'moe-head', who: '教育部 · 總負責人 張明德' },
] as const;
