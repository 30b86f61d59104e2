/** What each call takes and responds, computed from the table. Types alone, so a page that imports them loads nothing. */
import type { z } from 'zod';
import type { calls } from './calls.js';

type Table = typeof calls;

/** The calls by method and path, as a caller names them: `'PATCH /teachers/:id'`. */
type Calls = { [Name in keyof Table as `${Uppercase<Table[Name]['method']>} ${Table[Name]['path']}`]: Table[Name] };

/** Method and path of a call. */
export type CallPath = keyof Calls;
type CallWith<Part> = { [C in CallPath]: Calls[C] extends Part ? C : never }[CallPath];

/** Changes nothing. */
export type ReadCall = Extract<CallPath, `GET ${string}`> | CallWith<{ question: true }>;
/** Responds with a file. */
export type FileCall = CallWith<{ answers: { 200: null } }>;
/** Needs the version that was read, as If-Match. */
export type VersionedCall = CallWith<{ versioned: true }>;
/** Its response is never stored for a repetition. */
export type SecretCall = CallWith<{ secret: true }>;
/** Also takes a file, as a form. */
export type UploadCall = CallWith<{ upload: string }>;

/** The names of a path's parameters: `id` and `row` of `/teachers/imports/:id/rows/:row`. */
export type ParameterOf<Path> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParameterOf<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;
export type ParametersOf<C extends CallPath> = Record<ParameterOf<C>, string | number>;

/** A query's values as texts; a number or a flag also as such. An empty optional one is left out of the address. */
type Query<Sent, Read> = {
  [Field in keyof Sent]:
    Sent[Field] | (undefined extends Sent[Field] ? '' | null : never) | Extract<Read[Field & keyof Read], number | boolean>;
};
/** The query, undefined where the call takes none. */
export type QueryOf<C extends CallPath> = Calls[C] extends { query: infer Schema extends z.ZodType }
  ? Query<z.input<Schema>, z.output<Schema>>
  : undefined;

/** The body as it is sent, undefined where the call takes none. */
export type BodyOf<C extends CallPath> = Calls[C] extends { body: infer Schema extends z.ZodType } ? z.input<Schema> : undefined;

type Success<Answers> = { [Status in keyof Answers]: `${Status & number}` extends `2${string}` ? Answers[Status] : never }[keyof Answers];
type Read<Schema> = Schema extends z.ZodType ? z.output<Schema> : void;
/** The response of a call that succeeded, of several possible ones their union. */
export type ResponseOf<C extends CallPath> = Read<Success<Calls[C]['answers']>>;
