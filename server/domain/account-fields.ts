/**
 * The fields of a business account, each defined once: for applications, the own profile, and edits by the level above.
 * Request bodies, views, audit entries, forms and columns are derived from this table.
 */
import { namesOf, type Changes, type Field, type NameOf, type RecordOf, type Sent } from './fields.js';
import { LIMITS } from './texts.js';

interface AccountLine {
  /** The value after the account's retention period has ended. */
  purge: 'keep' | { to: string | null };
}

export const ACCOUNT_FIELDS = {
  name: { kind: 'name', required: true, privacy: { unit: 'whole', above: 'masked', audit: 'whole' }, purge: { to: '—' } },
  sex: { kind: 'sex', required: true, privacy: { unit: 'whole', above: 'whole', audit: 'whole' }, purge: 'keep' },
  title: {
    kind: 'text',
    max: LIMITS.title,
    required: true,
    privacy: { unit: 'whole', above: 'whole', audit: 'whole' },
    purge: { to: '—' },
  },
  email: { kind: 'email', required: true, privacy: { unit: 'whole', above: 'masked', audit: 'masked' }, purge: { to: '' } },
  phone: { kind: 'phone', required: true, privacy: { unit: 'whole', above: 'masked', audit: 'masked' }, purge: { to: '' } },
  fax: { kind: 'phone', required: false, privacy: { unit: 'whole', above: 'masked', audit: 'masked' }, purge: { to: null } },
} as const satisfies Readonly<Record<string, Field & AccountLine>>;

type AccountTable = typeof ACCOUNT_FIELDS;
export type AccountField = NameOf<AccountTable>;
/** The stored values of these fields. */
export type AccountValues = RecordOf<AccountTable>;
/** A profile as a request sends it. */
export type ProfileFields = Sent<AccountTable>;
/** Changes to a profile; undefined leaves a field unchanged. */
export type ProfileUpdate = Changes<AccountTable>;

/** Field names in the order of the table. */
export const ACCOUNT_FIELD_NAMES = namesOf(ACCOUNT_FIELDS);

/** The field values of an account whose retention period has ended. */
export function purgedProfile(account: AccountValues): AccountValues {
  const left = (name: AccountField): unknown => {
    const { purge }: AccountLine = ACCOUNT_FIELDS[name];
    return purge === 'keep' ? account[name] : purge.to;
  };
  return Object.fromEntries(ACCOUNT_FIELD_NAMES.map((name) => [name, left(name)])) as AccountValues;
}
