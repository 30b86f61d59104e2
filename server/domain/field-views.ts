/** How the fields of a record are shown to readers and kept in the audit trail. The functions are prepared once per table, because lists have thousands of records. */
import type { Sight } from './authority-matrix.js';
import { emptyOf, namesOf, type Field, type FieldTable, type MaskedKind, type NameOf, type SealedName } from './fields.js';
import type { RecordOf, ViewedName, ViewOf } from './fields.js';
import { maskEmail, maskName, maskPhone } from './names.js';
import { hideNationalId, maskNationalId } from './national-id.js';

const MASKS: Record<MaskedKind, (value: string) => string> = {
  name: maskName,
  email: maskEmail,
  phone: maskPhone,
  'identity-number': maskNationalId,
};

/** Readers above the unit see no digit of an identity number (contract, section 1). */
const MASKS_ABOVE: typeof MASKS = { ...MASKS, 'identity-number': hideNationalId };

type Show = (value: unknown) => unknown;

function showing(field: Field, sight: Sight, masks = MASKS): Show {
  if (sight === 'whole') return (value) => value;
  const mask = sight === 'masked' && field.kind in masks ? masks[field.kind as MaskedKind] : null;
  return (value) => (mask !== null && typeof value === 'string' ? mask(value) : emptyOf(field));
}

/** The decrypted values of the encrypted fields in a view; null where they cannot be decrypted. */
type Opened<T extends FieldTable> = Record<SealedName<T> & ViewedName<T>, string | null>;

/** Makes the function that shows a record to a reader. */
export function viewer<T extends FieldTable>(fields: T, reader: 'unit' | 'above'): (record: RecordOf<T>, opened: Opened<T>) => ViewOf<T> {
  const masks = reader === 'above' ? MASKS_ABOVE : MASKS;
  const steps = namesOf(fields)
    .filter((name) => fields[name]!.privacy.unit !== 'nothing')
    .map((name) => ({ name, sealed: fields[name]!.sealed, show: showing(fields[name]!, fields[name]!.privacy[reader], masks) }));
  return (record, opened) => {
    const values: Record<string, unknown> = record;
    const openValues: Record<string, unknown> = opened;
    const view: Record<string, unknown> = {};
    for (const { name, sealed, show } of steps) view[name] = show(sealed ? openValues[name] : values[name]);
    return view as ViewOf<T>;
  };
}

/** Makes the function that selects what the audit trail keeps of a record. */
export function auditor<T extends FieldTable>(fields: T): (record: RecordOf<T>) => Record<string, unknown> {
  const steps = namesOf(fields)
    .filter((name) => fields[name]!.privacy.audit !== 'nothing')
    .map((name) => ({ name, show: showing(fields[name]!, fields[name]!.privacy.audit) }));
  return (record) => {
    const values: Record<string, unknown> = record;
    return Object.fromEntries(steps.map(({ name, show }) => [name, show(values[name])]));
  };
}

/** The fields of an audit entry that readers above may see: those whose audited value is not more than they see of the record. */
export function auditedForAbove<T extends FieldTable>(fields: T): NameOf<T>[] {
  return namesOf(fields).filter((name) => {
    const { above, audit } = fields[name]!.privacy;
    return (above === 'whole' && audit !== 'nothing') || (above === 'masked' && audit === 'masked');
  });
}
