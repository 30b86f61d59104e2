/**
 * The fields of a business account that people enter, each once: of an application, in one's own profile, and by the level
 * above. From this table are derived: bodies and views, what the audit trail keeps, forms and columns.
 */
import { namesOf, type Changes, type Field, type NameOf, type Sent, type ValuesOf } from './fields.js';
import { LIMITS } from './texts.js';

interface AccountLine {
  /** What is left of it when the account's retention ends. */
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
/** What an account holds of them. */
export type AccountValues = ValuesOf<AccountTable>;
/** A profile as it is sent. */
export type ProfileFields = Sent<AccountTable>;
/** Changes to a profile; undefined leaves a field as it is. */
export type ProfileUpdate = Changes<AccountTable>;

/** Names in the table's order. */
export const ACCOUNT_FIELD_NAMES = namesOf(ACCOUNT_FIELDS);

/** The fields of an account whose retention has ended. */
export function purgedProfile(account: AccountValues): AccountValues {
  const left = (name: AccountField): unknown => {
    const { purge }: AccountLine = ACCOUNT_FIELDS[name];
    return purge === 'keep' ? account[name] : purge.to;
  };
  return Object.fromEntries(ACCOUNT_FIELD_NAMES.map((name) => [name, left(name)])) as AccountValues;
}
