/**
 * The default code lists: titles, stages, subjects. Data that a portal may replace or extend (`codes` of
 * `createInserviceKit`), never constants in a screen.
 * Sources: the manual (校長 主任 合格專任教師 行政職員 實習教師), appointment rules, 108 課綱.
 */

import type { Localized } from './locales.js';

export type Category = 'teacher' | 'staff';

export interface Code {
  code: string;
  names: Localized;
  /** A retired code stays, inactive: people may still have it. */
  active: boolean;
}
export interface TitleCode extends Code {
  category: Category;
  /** Known, but refused in a registration: 實習教師 belong to the university that trains them. */
  refused?: boolean;
}
export interface SubjectCode extends Code {
  stage: string;
  curriculum: '108' | 'nine-year';
}

const title = (code: string, zh: string, en: string, category: Category = 'teacher'): TitleCode => ({
  code,
  names: { 'zh-Hant': zh, en },
  active: true,
  category,
});
const stage = (code: string, zh: string, en: string): Code => ({ code, names: { 'zh-Hant': zh, en }, active: true });

const TITLES: TitleCode[] = [
  title('principal', '校長', 'Principal'),
  title('director', '主任', 'Director'),
  title('section-chief', '組長', 'Section chief'),
  title('teacher', '合格專任教師', 'Certified full-time teacher'),
  title('homeroom-teacher', '導師', 'Homeroom teacher'),
  title('guidance-teacher', '專任輔導教師', 'Full-time guidance teacher'),
  title('special-education-teacher', '特教教師', 'Special education teacher'),
  title('substitute', '代理教師', 'Substitute teacher (full-time)'),
  title('substitute-hourly', '代課教師', 'Substitute teacher (hourly)'),
  title('part-time', '兼任教師', 'Part-time teacher'),
  title('teaching-support', '教支人員', 'Teaching support staff'),
  title('kindergarten-head', '園長', 'Kindergarten head'),
  title('kindergarten-teacher', '幼兒園教師', 'Kindergarten teacher'),
  title('educare-giver', '教保員', 'Educare giver'),
  title('assistant-educare-giver', '助理教保員', 'Assistant educare giver'),
  title('foreign-teacher', '外籍教師', 'Foreign teacher'),
  title('staff', '行政職員', 'Administrative staff', 'staff'),
  title('clerk', '幹事', 'Clerk', 'staff'),
  title('nurse', '護理師', 'Nurse', 'staff'),
  { ...title('intern', '實習教師', 'Student teacher'), refused: true },
];

const STAGES: Code[] = [
  stage('kindergarten', '幼兒園', 'Kindergarten'),
  stage('elementary', '國小', 'Elementary school'),
  stage('junior-high', '國中', 'Junior high school'),
  stage('senior-high', '普通型高中', 'Senior high school'),
  stage('vocational-high', '技術型高中', 'Vocational high school'),
  stage('comprehensive-high', '綜合型高中', 'Comprehensive high school'),
  stage('specialised-high', '單科型高中', 'Specialised high school'),
  stage('special-education', '特殊教育', 'Special education'),
  stage('university', '大專', 'University'),
];

type SubjectRow = [code: string, zh: string, en: string];

const HIGH_SCHOOL: SubjectRow[] = [
  ['mandarin', '國語文', 'Mandarin'],
  ['english', '英語文', 'English'],
  ['local-language', '本土語文／臺灣手語', 'Local languages / sign language'],
  ['mathematics', '數學', 'Mathematics'],
  ['history', '歷史', 'History'],
  ['geography', '地理', 'Geography'],
  ['civics', '公民與社會', 'Civics and society'],
  ['physics', '物理', 'Physics'],
  ['chemistry', '化學', 'Chemistry'],
  ['biology', '生物', 'Biology'],
  ['earth-science', '地球科學', 'Earth science'],
  ['music', '音樂', 'Music'],
  ['fine-arts', '美術', 'Fine arts'],
  ['arts-life', '藝術生活', 'Arts in life'],
  ['life-planning', '生命教育／生涯規劃', 'Life education / career planning'],
  ['home-economics', '家政', 'Home economics'],
  ['information-technology', '資訊科技', 'Information technology'],
  ['living-technology', '生活科技', 'Living technology'],
  ['health-nursing', '健康與護理', 'Health and nursing'],
  ['physical-education', '體育', 'Physical education'],
  ['national-defence', '全民國防教育', 'National defence education'],
];

const SUBJECT_ROWS: Record<string, SubjectRow[]> = {
  kindergarten: [['educare', '幼兒教保', 'Early childhood education']],
  elementary: [
    ['mandarin', '國語文', 'Mandarin'],
    ['local-language', '本土語文', 'Local languages'],
    ['new-immigrant-language', '新住民語文', 'New immigrants’ languages'],
    ['english', '英語文', 'English'],
    ['mathematics', '數學', 'Mathematics'],
    ['life', '生活課程', 'Life curriculum'],
    ['social-studies', '社會', 'Social studies'],
    ['science', '自然科學', 'Natural sciences'],
    ['arts', '藝術（音樂、視覺、表演）', 'Arts (music, visual, performing)'],
    ['integrative', '綜合活動', 'Integrative activities'],
    ['health-pe', '健康與體育', 'Health and physical education'],
  ],
  'junior-high': [
    ['mandarin', '國語文', 'Mandarin'],
    ['english', '英語文', 'English'],
    ['local-language', '本土語文／臺灣手語', 'Local languages / sign language'],
    ['mathematics', '數學', 'Mathematics'],
    ['history', '歷史', 'History'],
    ['geography', '地理', 'Geography'],
    ['civics', '公民與社會', 'Civics and society'],
    ['biology', '生物', 'Biology'],
    ['physics-chemistry', '理化', 'Physics and chemistry'],
    ['earth-science', '地球科學', 'Earth science'],
    ['music', '音樂', 'Music'],
    ['visual-arts', '視覺藝術', 'Visual arts'],
    ['performing-arts', '表演藝術', 'Performing arts'],
    ['home-economics', '家政', 'Home economics'],
    ['scouting', '童軍', 'Scouting'],
    ['guidance', '輔導', 'Guidance'],
    ['information-technology', '資訊科技', 'Information technology'],
    ['living-technology', '生活科技', 'Living technology'],
    ['health', '健康教育', 'Health education'],
    ['physical-education', '體育', 'Physical education'],
  ],
  'senior-high': HIGH_SCHOOL,
  'comprehensive-high': HIGH_SCHOOL,
  'specialised-high': HIGH_SCHOOL,
  'vocational-high': [
    ['machinery', '機械群', 'Machinery'],
    ['power-machinery', '動力機械群', 'Power machinery'],
    ['electrical', '電機與電子群', 'Electrical and electronic engineering'],
    ['chemical-engineering', '化工群', 'Chemical engineering'],
    ['civil-engineering', '土木與建築群', 'Civil engineering and architecture'],
    ['commerce', '商業與管理群', 'Commerce and management'],
    ['foreign-languages', '外語群', 'Foreign languages'],
    ['design', '設計群', 'Design'],
    ['agriculture', '農業群', 'Agriculture'],
    ['food', '食品群', 'Food'],
    ['home-economics', '家政群', 'Home economics'],
    ['hospitality', '餐旅群', 'Hospitality'],
    ['fisheries', '水產群', 'Fisheries'],
    ['maritime', '海事群', 'Maritime'],
    ['arts', '藝術群', 'Arts'],
    // A group of vocational subjects has this name and code, too.
    ...HIGH_SCHOOL.map((row): SubjectRow =>
      row[0] === 'home-economics' ? ['home-economics-general', '家政', 'Home economics (general)'] : row,
    ),
  ],
  'special-education': [
    ['living-management', '生活管理', 'Daily living'],
    ['social-skills', '社會技巧', 'Social skills'],
    ['learning-strategies', '學習策略', 'Learning strategies'],
    ['vocational', '職業教育', 'Vocational education'],
    ['communication', '溝通訓練', 'Communication'],
    ['gifted', '資優教育', 'Gifted education'],
  ],
  university: [['general', '大專課程', 'University courses']],
};

const SUBJECTS: SubjectCode[] = [
  ...Object.entries(SUBJECT_ROWS).flatMap(([stageCode, rows]) =>
    rows.map(([code, zh, en]): SubjectCode => ({
      ...stage(`${stageCode}.${code}`, zh, en),
      stage: stageCode,
      curriculum: '108',
    })),
  ),
  // The name in the manual, from the older curriculum: inactive, but still shown for entries that have it.
  {
    ...stage('elementary.science-technology', '自然與生活科技', 'Science and living technology'),
    active: false,
    stage: 'elementary',
    curriculum: 'nine-year',
  },
];

/** Every code list; a new one is added here alone. */
export const DEFAULT_CODES = { titles: TITLES, stages: STAGES, subjects: SUBJECTS };
export type CodeLists = typeof DEFAULT_CODES;
export const CODE_LISTS = Object.keys(DEFAULT_CODES) as (keyof CodeLists)[];

/** 行政職員 are roster entries too; the category of their title marks them. */
export function categoryOfTitle(codes: CodeLists, titleCode: string): Category {
  return codes.titles.find(({ code }) => code === titleCode)?.category ?? 'teacher';
}
