import { describe, expect, it } from 'vitest';
import { PLAIN_TEACHER_FIELDS, TEACHER_FIELD_NAMES, TEACHER_FIELDS, teacherField, teacherFieldsSetBy } from './teacher-fields.js';

const namesWhere = (holds: (field: ReturnType<typeof teacherField>) => boolean) =>
  TEACHER_FIELD_NAMES.filter((name) => holds(teacherField(name)));

/** The fields that the contract names. Any other field is checked by its own line (server/routes/teacher-fields.test.ts). */
const CONTRACT: readonly string[] = ['name', 'sex', 'nationalId', 'birthDate', 'title', 'email', 'stage', 'subjects', 'unitNote', 'remark'];

describe('the fields of a teacher', () => {
  it('are encrypted if they identify a person permanently', () => {
    expect(namesWhere(({ sealed }) => sealed === true)).toEqual(['nationalId', 'birthDate']);
    expect(PLAIN_TEACHER_FIELDS).toEqual(TEACHER_FIELD_NAMES.filter((name) => name !== 'nationalId' && name !== 'birthDate'));
  });

  it('are required if nobody can be registered without them', () => {
    expect(namesWhere(({ required }) => required)).toEqual(['name', 'sex', 'nationalId', 'birthDate', 'title']);
  });

  it('are shown and audited as the contract requires', () => {
    const privacy = Object.entries(TEACHER_FIELDS).map(([name, { privacy }]) => [name, Object.values(privacy).join(' ')]);
    expect(Object.fromEntries(privacy)).toMatchObject({
      name: 'whole masked whole',
      sex: 'whole whole whole',
      nationalId: 'masked masked nothing',
      birthDate: 'nothing nothing nothing',
      title: 'whole whole whole',
      email: 'whole masked masked',
      stage: 'whole whole whole',
      subjects: 'whole whole whole',
      unitNote: 'whole nothing whole',
      remark: 'whole nothing whole',
    });
  });

  it('are set by the calls of the contract', () => {
    const setBy = (call: 'registration' | 'update' | 'identity' | 'load') =>
      teacherFieldsSetBy(call).filter((name) => CONTRACT.includes(name));
    expect(setBy('registration')).toEqual(CONTRACT);
    expect(setBy('update')).toEqual(['name', 'title', 'email', 'stage', 'subjects', 'unitNote', 'remark']);
    expect(setBy('identity')).toEqual(['sex', 'nationalId', 'birthDate']);
    expect(setBy('load')).toEqual(['name', 'sex', 'nationalId', 'birthDate', 'title', 'email', 'stage', 'subjects']);
  });

  it('have their own column in a file, with a heading and help in Chinese', () => {
    const columns = TEACHER_FIELD_NAMES.map((name) => teacherField(name).file);
    expect(new Set(columns.map(({ column }) => column)).size).toBe(columns.length);
    for (const { heading, help, also = [] } of columns) {
      expect(heading).toMatch(/^\p{Script=Han}+$/u);
      expect(help).toMatch(/^\p{Script=Han}.+。$/u);
      expect(also.filter((name) => name === '')).toEqual([]);
    }
  });
});
