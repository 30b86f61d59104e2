/** Imports: staging, correcting, committing, undoing; and their files. */
import { z } from 'zod';
import { IMPORT_FIELDS } from '../domain/import-columns.js';
import { DEPARTURE_KINDS } from '../domain/teachers.js';
import { call } from './call.js';
import * as f from './fields.js';
import * as shape from './shapes.js';
import { none } from './sign-in-calls.js';

const cell = z.string().max(10_000, 'too-long');
const format = z.enum(['xlsx', 'csv']).default('xlsx');
/** The name of the file, any text. */
const fileName = z.string().max(255, 'too-long').optional();

export const importCalls = {
  stageImport: call({
    method: 'post',
    path: '/teachers/imports',
    summary: 'a staff list, parsed and checked; changes nothing',
    access: 'account',
    denies: 'import.stage',
    upload: 'teacher.register',
    body: z.union([
      z.strictObject({ cells: z.array(z.array(cell).max(100, 'too-many')).max(5_010, 'too-many'), fileName }),
      z.strictObject({
        file: z.instanceof(Uint8Array),
        fileName,
        encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'big5']).optional(),
      }),
    ]),
    answers: { 201: shape.Import },
  }),
  listImports: call({
    method: 'get',
    path: '/teachers/imports',
    summary: 'the last ones of the own unit',
    access: 'account',
    reads: 'import.stage',
    query: none,
    answers: { 200: shape.ImportList },
  }),
  readTemplate: call({
    method: 'get',
    path: '/teachers/imports/template',
    summary: 'the file to fill in',
    access: 'account',
    reads: 'import.stage',
    query: z.strictObject({ format }),
    answers: { 200: null },
  }),
  readImport: call({
    method: 'get',
    path: '/teachers/imports/:id',
    summary: 'one list, line by line',
    access: 'account',
    reads: 'import.stage',
    query: none,
    answers: { 200: shape.Import },
  }),
  updateImport: call({
    method: 'patch',
    path: '/teachers/imports/:id',
    summary: 'says what its columns and dates mean; checked anew',
    access: 'account',
    body: z
      .strictObject({
        mapping: z.array(z.enum(IMPORT_FIELDS).nullable()).max(100, 'too-many'),
        calendar: z.enum(['roc', 'western']),
        /** Remembers the mapping for the unit's next file. */
        remember: z.boolean(),
        /** The list names the whole staff: entries that are not in it depart, except those in `staying`. */
        complete: z.boolean(),
        departure: z.strictObject({ kind: z.enum(DEPARTURE_KINDS), on: f.day.optional(), note: f.optionalNote }),
        staying: z.array(f.id).max(10_000, 'too-many'),
      })
      .partial(),
    answers: { 200: shape.Import },
  }),
  updateImportRow: call({
    method: 'patch',
    path: '/teachers/imports/:id/rows/:row',
    summary: 'mends or leaves out a line; answers the lines that it changed',
    access: 'account',
    body: z.strictObject({ values: z.partialRecord(z.enum(IMPORT_FIELDS), cell), skip: z.boolean() }).partial(),
    answers: { 200: shape.ImportRows },
  }),
  commitImport: call({
    method: 'post',
    path: '/teachers/imports/:id/commit',
    summary: 'all of it in one transaction; a second commit answers as the first',
    access: 'account',
    body: z.strictObject({ mode: z.enum(['valid', 'all-or-nothing']) }),
    answers: { 200: shape.Import },
  }),
  undoImport: call({
    method: 'post',
    path: '/teachers/imports/:id/undo',
    summary: 'takes back within 24 hours what nobody has touched since, and lists the others',
    access: 'account',
    answers: { 200: shape.Import },
  }),
  readImportErrors: call({
    method: 'get',
    path: '/teachers/imports/:id/errors',
    summary: 'the failed lines in their own columns, with what is wrong in the last',
    access: 'account',
    reads: 'import.stage',
    query: z.strictObject({ format }),
    answers: { 200: null },
  }),
};
