/**
 * The fields of a roster entry, each defined once. Request bodies, views, audit entries, import, export, forms and columns
 * are derived from this table. To add a field, see docs/architecture.md, "Recipes".
 */
import { namesOf, type Changes, type Field, type NameOf, type RequiredName, type RecordOf, type SealedName, type Sent } from './fields.js';
import { LIMITS } from './texts.js';

/** `registration` is a single registration or a row of a staff list, also one that corrects an entry. */
type SetBy = 'registration' | 'update' | 'identity' | 'load';

/** A column of a roster's file. Its heading is recognised by the field's name too. */
export interface FileColumn {
  /** Where it stands in an export; a new one takes the next number (some are in `roster-columns.ts`). */
  column: number;
  heading: string;
  /** Other names that schools use. */
  also?: readonly string[];
  /** Help text in the template. */
  help: string;
  /** In characters. */
  width: number;
}

interface TeacherLine {
  /** The calls that may set it. */
  setBy: readonly SetBy[];
  file: FileColumn;
  /** In a transfer, the value of the earlier school is kept if the new school sends none. */
  movesWithPerson?: true;
}

export const TEACHER_FIELDS = {
  name: {
    kind: 'name',
    required: true,
    privacy: { unit: 'whole', above: 'masked', audit: 'whole' },
    setBy: ['registration', 'update', 'load'],
    file: {
      column: 3,
      heading: '姓名',
      width: 14,
      also: ['教師姓名', '中文姓名', '人員姓名', '教職員姓名', '名字'],
      help: '必填。照證件填寫，外文或族語姓名可有空格與間隔號。',
    },
  },
  sex: {
    kind: 'sex',
    required: true,
    privacy: { unit: 'whole', above: 'whole', audit: 'whole' },
    setBy: ['registration', 'identity', 'load'],
    file: { column: 4, heading: '性別', width: 8, also: ['gender'], help: '必填。男或女。' },
  },
  nationalId: {
    kind: 'identity-number',
    required: true,
    sealed: true,
    privacy: { unit: 'masked', above: 'masked', audit: 'nothing' },
    setBy: ['registration', 'identity', 'load'],
    file: {
      column: 5,
      heading: '身分證字號',
      width: 16,
      also: [
        '身分證',
        '身份證',
        '身份證字號',
        '身分證號',
        '身份證號',
        '身分證統一編號',
        '身份證統一編號',
        '國民身分證統一編號',
        '統一證號',
        '居留證號',
        '居留證統一證號',
        '身分證字號或統一證號',
        '證號',
        'idnumber',
      ],
      help: '必填。身分證字號，或外籍人員的統一證號（10 碼）。',
    },
  },
  birthDate: {
    kind: 'day',
    required: true,
    sealed: true,
    privacy: { unit: 'nothing', above: 'nothing', audit: 'nothing' },
    setBy: ['registration', 'identity', 'load'],
    file: {
      column: 6,
      heading: '出生年月日',
      width: 14,
      also: ['生日', '出生日期', '出生年月日(民國)', '出生', '出生日', 'birthday', 'dateofbirth'],
      help: '必填。民國 7 碼（0740506），也可寫 74/5/6、民國74年5月6日、1985-05-06。',
    },
  },
  title: {
    kind: 'code',
    list: 'titles',
    required: true,
    privacy: { unit: 'whole', above: 'whole', audit: 'whole' },
    setBy: ['registration', 'update', 'load'],
    file: {
      column: 7,
      heading: '職稱',
      width: 16,
      also: ['職務', '職別', '職務名稱', '現職'],
      help: '必填。由清單選擇。實習教師由師培學校管理，請勿登錄。',
    },
  },
  email: {
    kind: 'email',
    required: false,
    privacy: { unit: 'whole', above: 'masked', audit: 'masked' },
    setBy: ['registration', 'update', 'load'],
    file: {
      column: 12,
      heading: '信箱',
      width: 26,
      also: ['電子郵件', '電子信箱', '電郵', '電子郵件信箱', 'e-mail', 'mail', 'emailaddress'],
      help: '選填。',
    },
    movesWithPerson: true,
  },
  stage: {
    kind: 'code',
    list: 'stages',
    required: false,
    privacy: { unit: 'whole', above: 'whole', audit: 'whole' },
    setBy: ['registration', 'update', 'load'],
    file: {
      column: 10,
      heading: '任教階段',
      width: 14,
      also: ['階段', '教育階段', '學校階段', '任教學制'],
      help: '由清單選擇。',
    },
  },
  subjects: {
    kind: 'subjects',
    required: false,
    privacy: { unit: 'whole', above: 'whole', audit: 'whole' },
    setBy: ['registration', 'update', 'load'],
    file: {
      column: 11,
      heading: '任教科目',
      width: 30,
      also: ['科目', '任教科別', '任教領域', '教學科目', '專長科目', 'subject'],
      help: `最多 ${LIMITS.subjects} 個，以頓號分開：國小 國語文、國小 數學。`,
    },
  },
  unitNote: {
    kind: 'note',
    required: false,
    privacy: { unit: 'whole', above: 'nothing', audit: 'whole' },
    setBy: ['registration', 'update'],
    file: { column: 13, heading: '單位註記', width: 20, also: ['註記'], help: '選填，500 字以內。' },
  },
  remark: {
    kind: 'note',
    required: false,
    privacy: { unit: 'whole', above: 'nothing', audit: 'whole' },
    setBy: ['registration', 'update'],
    file: { column: 14, heading: '備註', width: 20, also: ['附註', '備考', 'note', 'notes'], help: '選填，500 字以內。' },
  },
} as const satisfies Readonly<Record<string, Field & TeacherLine>>;

type TeacherTable = typeof TEACHER_FIELDS;
export type TeacherField = NameOf<TeacherTable>;
/** The stored values; identity number and birth date are encrypted. */
export type TeacherValues = RecordOf<TeacherTable>;
export type SealedTeacherField = SealedName<TeacherTable>;
/** The fields that are stored in plain text. */
export type PlainTeacherField = Exclude<TeacherField, SealedTeacherField>;

export const isTeacherField = (name: string): name is TeacherField => Object.hasOwn(TEACHER_FIELDS, name);

/** Field names in the order of the table. */
export const TEACHER_FIELD_NAMES = namesOf(TEACHER_FIELDS);
export const PLAIN_TEACHER_FIELDS = TEACHER_FIELD_NAMES.filter((name): name is PlainTeacherField => !('sealed' in TEACHER_FIELDS[name]));

type FieldSetBy<C extends SetBy> = { [N in TeacherField]: C extends TeacherTable[N]['setBy'][number] ? N : never }[TeacherField];

export function teacherFieldsSetBy<C extends SetBy>(call: C): FieldSetBy<C>[] {
  const sets = (name: TeacherField): name is FieldSetBy<C> => (TEACHER_FIELDS[name].setBy as readonly SetBy[]).includes(call);
  return TEACHER_FIELD_NAMES.filter(sets);
}

export type RequiredTeacherField = RequiredName<TeacherTable>;
export const isRequired = (name: TeacherField): name is RequiredTeacherField => TEACHER_FIELDS[name].required;

/** A registration as a request sends it; undefined leaves a field of an entry on file unchanged. */
export type RegistrationFields = Sent<TeacherTable, FieldSetBy<'registration'>>;
/** Changes to an entry; undefined leaves a field unchanged. */
export type TeacherUpdate = Changes<TeacherTable, FieldSetBy<'update'>>;

/** A row of the table, typed with its optional properties. */
export const teacherField = (name: TeacherField): Field & TeacherLine => TEACHER_FIELDS[name];
