/**
 * A field of a record stands once, in a table: `teacher-fields.ts`, `account-fields.ts`. Here is what such a table may
 * say, and the types that follow from it. Bodies, views, audit entries, forms, files and columns are derived from it.
 */
import type { Sight } from './authority-matrix.js';
import type { CodeLists } from './codes.js';
import type { Sex } from './national-id.js';

/** Kinds of values that have a masked form (`field-views.ts`). */
export type MaskedKind = 'name' | 'email' | 'phone' | 'identity-number';

type Maskable = { kind: MaskedKind };
type Plain =
  /** One line of text, of at most so many graphemes. */
  | { kind: 'text'; max: number }
  /** Lines of text, shown and edited apart from the other fields. */
  | { kind: 'note' }
  | { kind: 'sex' }
  | { kind: 'day' }
  | { kind: 'code'; list: keyof CodeLists }
  /** Codes of subjects, in order. */
  | { kind: 'subjects' };

/** What a value is: from this follow its check, its cell in a file, its control in a form and its column. */
export type FieldKind = (Maskable | Plain)['kind'];

/** How much of a value is shown or kept. There is no default: a field without it does not compile. */
interface Privacy<S extends Sight> {
  /** To readers in the unit itself; for an account also to its level above. */
  unit: S;
  /** To readers further above. */
  above: S;
  /** In the audit trail. */
  audit: S;
}

type Protected =
  | (Maskable & { sealed?: never; privacy: Privacy<Sight> })
  | (Plain & { sealed?: never; privacy: Privacy<'whole' | 'nothing'> })
  /** Stored encrypted: shown whole to nobody but by an act of its own, and never in the audit trail. */
  | (Maskable & { sealed: true; privacy: Privacy<'masked' | 'nothing'> & { audit: 'nothing' } })
  | (Plain & { sealed: true; privacy: Privacy<'nothing'> });

export type Field = Protected & { required: boolean };
export type FieldTable = Readonly<Record<string, Field>>;

/** A field's value where there is one. */
export type ValueOf<F extends Field> = F extends { kind: 'sex' } ? Sex : F extends { kind: 'subjects' } ? string[] : string;
/** A field's value as it is stored; an encrypted one as its text. */
export type StoredOf<F extends Field> = F extends { required: true } | { kind: 'subjects' } ? ValueOf<F> : ValueOf<F> | null;

export type NameOf<T extends FieldTable> = keyof T & string;
export type RequiredName<T extends FieldTable> = { [N in NameOf<T>]: T[N] extends { required: true } ? N : never }[NameOf<T>];
export type SealedName<T extends FieldTable> = { [N in NameOf<T>]: T[N] extends { sealed: true } ? N : never }[NameOf<T>];
/** Fields that a view has: all but those that nobody is shown. */
export type ViewedName<T extends FieldTable> = { [N in NameOf<T>]: T[N]['privacy']['unit'] extends 'nothing' ? never : N }[NameOf<T>];

/** A record's fields. */
export type ValuesOf<T extends FieldTable> = { -readonly [N in NameOf<T>]: StoredOf<T[N]> };
/** Fields as a request sends them: what is required is there, and undefined leaves a field as it is. */
export type Sent<T extends FieldTable, N extends NameOf<T> = NameOf<T>> = { -readonly [R in N & RequiredName<T>]: ValueOf<T[R]> } & {
  -readonly [O in Exclude<N, RequiredName<T>>]?: StoredOf<T[O]> | undefined;
};
/** Changes to a record as a request sends them. */
export type Changes<T extends FieldTable, N extends NameOf<T> = NameOf<T>> = { -readonly [C in N]?: StoredOf<T[C]> | undefined };
/** Fields as a reader may see them; null where a reader above sees nothing. */
export type ViewOf<T extends FieldTable> = {
  -readonly [N in ViewedName<T>]: T[N]['privacy']['above'] extends 'nothing' ? StoredOf<T[N]> | EmptyOf<T[N]> : StoredOf<T[N]>;
};
type EmptyOf<F extends Field> = F extends { kind: 'subjects' } ? never : null;

/** A table's names, in its order. */
export const namesOf = <T extends FieldTable>(fields: T): NameOf<T>[] => Object.keys(fields) as NameOf<T>[];

/** A record's fields as they were sent, with what was left out. */
export function filled<T extends FieldTable>(fields: T, sent: Sent<T>): ValuesOf<T> {
  const values: Readonly<Record<string, unknown>> = sent;
  return Object.fromEntries(namesOf(fields).map((name) => [name, values[name] ?? emptyOf(fields[name]!)])) as ValuesOf<T>;
}

/** What stands where a field has no value. */
export const emptyOf = ({ kind }: Field): null | string[] => (kind === 'subjects' ? [] : null);
