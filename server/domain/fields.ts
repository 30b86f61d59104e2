/**
 * Types of the field tables (`teacher-fields.ts`, `account-fields.ts`), in which each field of a record is defined once.
 * Request bodies, views, audit entries, forms, files and columns are derived from these tables.
 */
import type { Sight } from './authority-matrix.js';
import type { CodeLists } from './codes.js';
import type { Sex } from './national-id.js';

/**
 * What a value is: from its kind follow its check, its cell in a file, its control in a form and its column.
 * These have a masked form (`field-views.ts`).
 */
export type MaskedKind = 'name' | 'email' | 'phone' | 'identity-number';

type Maskable = { kind: MaskedKind };
type Plain =
  /** One line of text, of at most `max` graphemes. */
  | { kind: 'text'; max: number }
  /** Several lines of text, shown and edited apart from the other fields. */
  | { kind: 'note' }
  | { kind: 'sex' }
  | { kind: 'day' }
  | { kind: 'code'; list: keyof CodeLists }
  /** Subject codes, in order of importance. */
  | { kind: 'subjects' };

/** How much of a value is shown or kept. There is no default: a field without a privacy rule does not compile. */
interface Privacy<S extends Sight> {
  /** For readers of the unit itself; for an account also for its level above. */
  unit: S;
  /** For readers further above. */
  above: S;
  /** In the audit trail. */
  audit: S;
}

type Protected =
  | (Maskable & { sealed?: never; privacy: Privacy<Sight> })
  | (Plain & { sealed?: never; privacy: Privacy<'whole' | 'nothing'> })
  /** Stored encrypted. Shown unmasked only by a reveal, and never kept in the audit trail. */
  | (Maskable & { sealed: true; privacy: Privacy<'masked' | 'nothing'> & { audit: 'nothing' } })
  | (Plain & { sealed: true; privacy: Privacy<'nothing'> });

export type Field = Protected & { required: boolean };
export type FieldTable = Readonly<Record<string, Field>>;

declare const sealed: unique symbol;
/** An encrypted value, from `Cipher.seal`; plain text is not assignable. Only `Cipher.open` makes it readable. */
export type Sealed = string & { readonly [sealed]: true };

/** The type of a field's value, if there is one. */
export type ValueOf<F extends Field> = F extends { kind: 'sex' } ? Sex : F extends { kind: 'subjects' } ? string[] : string;
/** The type of a field's stored value; for an encrypted field the type of its plain text. */
export type StoredOf<F extends Field> = F extends { required: true } | { kind: 'subjects' } ? ValueOf<F> : ValueOf<F> | null;

export type NameOf<T extends FieldTable> = keyof T & string;
export type RequiredName<T extends FieldTable> = { [N in NameOf<T>]: T[N] extends { required: true } ? N : never }[NameOf<T>];
export type SealedName<T extends FieldTable> = { [N in NameOf<T>]: T[N] extends { sealed: true } ? N : never }[NameOf<T>];
/** Names of the fields in a view: all except those that no reader sees. */
export type ViewedName<T extends FieldTable> = { [N in NameOf<T>]: T[N]['privacy']['unit'] extends 'nothing' ? never : N }[NameOf<T>];

/** The values of all fields, in plain text. */
export type ValuesOf<T extends FieldTable> = { -readonly [N in NameOf<T>]: StoredOf<T[N]> };
/** The fields of a record, in which the values of `sealed` fields are encrypted. */
export type RecordOf<T extends FieldTable> = { -readonly [N in NameOf<T>]: T[N] extends { sealed: true } ? Sealed : StoredOf<T[N]> };
/** Fields as a request sends them: required ones are present, and undefined leaves a field unchanged. */
export type Sent<T extends FieldTable, N extends NameOf<T> = NameOf<T>> = { -readonly [R in N & RequiredName<T>]: ValueOf<T[R]> } & {
  -readonly [O in Exclude<N, RequiredName<T>>]?: StoredOf<T[O]> | undefined;
};
/** Changes to a record as a request sends them. */
export type Changes<T extends FieldTable, N extends NameOf<T> = NameOf<T>> = { -readonly [C in N]?: StoredOf<T[C]> | undefined };
/** Fields in a view; null where a reader above sees nothing, and where an encrypted value cannot be decrypted. */
export type ViewOf<T extends FieldTable> = {
  -readonly [N in ViewedName<T>]: T[N] extends { sealed: true } | { privacy: { above: 'nothing' } }
    ? StoredOf<T[N]> | EmptyOf<T[N]>
    : StoredOf<T[N]>;
};
type EmptyOf<F extends Field> = F extends { kind: 'subjects' } ? never : null;

/** The field names of a table, in its order. */
export const namesOf = <T extends FieldTable>(fields: T): NameOf<T>[] => Object.keys(fields) as NameOf<T>[];

/** The fields of a new record: the values that were sent, and empty values for the others. */
export function filled<T extends FieldTable>(fields: T, sent: Sent<T>): ValuesOf<T> {
  const values: Readonly<Record<string, unknown>> = sent;
  return Object.fromEntries(namesOf(fields).map((name) => [name, values[name] ?? emptyOf(fields[name]!)])) as ValuesOf<T>;
}

/** The stored value of a field without a value. */
export const emptyOf = ({ kind }: Field): null | string[] => (kind === 'subjects' ? [] : null);
