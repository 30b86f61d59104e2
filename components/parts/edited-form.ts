/**
 * A form for a record that others may change meanwhile: its input, its changed fields, and the comparison after a concurrent
 * edit.
 */
import { nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { ApiError } from '../api/api-error.js';
import type { Screen } from '../controllers/screen.js';
import { conflictOf, conflictTable, type Conflict } from './conflict.js';
import type { FormState } from './fields.js';

type Values = Record<string, string>;

/** Who changed it last, if the contract includes it. */
interface Edited {
  updatedAt?: string;
  updatedBy?: { id: string; name: string } | null;
}

export interface EditedFormOptions<T> {
  /** The fields as texts; an empty text is no value. */
  valuesOf: (thing: T) => Values;
  /** A value of a field in words, for the comparison of two edits. */
  words: (field: string, value: string) => string;
  /** The input changed. */
  changed: () => void;
  save: () => Promise<void>;
}

export class EditedForm<T extends object> {
  form: FormState = { values: {}, faults: {} };
  #original: Values = {};
  #conflict: Conflict | null = null;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly screen: Screen,
    private readonly options: EditedFormOptions<T>,
  ) {}

  /** Starts again with the saved values. */
  start(thing: T): void {
    this.#original = this.options.valuesOf(thing);
    this.form = { values: { ...this.#original }, faults: {} };
    this.#conflict = null;
  }

  clear(): void {
    this.#original = {};
    this.form = { values: {}, faults: {} };
    this.#conflict = null;
  }

  get dirty(): boolean {
    return Object.keys(this.touched).length > 0;
  }

  /** Only fields that differ from the read values are sent. */
  get touched(): Values {
    return Object.fromEntries(Object.entries(this.form.values).filter(([field, value]) => value !== this.#original[field]));
  }

  type = (field: string, value: string): void => {
    this.form.values[field] = value;
    delete this.form.faults[field];
    this.options.changed();
    this.host.requestUpdate();
  };

  /** Whether this form shows an error: at its fields, or as a comparison. */
  readonly takes = ({ code, fields }: ApiError): boolean => fields.length > 0 || code === 'precondition-failed';

  /** Shows an error in the form. After a concurrent edit, returns the current record. */
  refuse(error: ApiError): T | null {
    const { t } = this.screen;
    this.form.faults = error.faults;
    if (error.fields.length > 0) this.screen.focus('[data-summary]');
    const current = error.current<T>();
    if (current) {
      const theirs = this.options.valuesOf(current);
      const { updatedBy, updatedAt }: Edited = current;
      const by = updatedBy && updatedAt ? { name: updatedBy.name, at: updatedAt } : null;
      this.#conflict = conflictOf(t.field, this.#original, this.form.values, theirs, by);
      this.#original = theirs;
      this.screen.alert(t.conflict.heading);
      this.screen.focus('[data-conflict]');
    }
    this.host.requestUpdate();
    return current;
  }

  #choose = (field: string, side: 'mine' | 'theirs'): void => {
    this.#conflict!.rows.find((row) => row.field === field)!.choose = side;
  };

  #resolve = (): void => {
    for (const { field, choose, theirs } of this.#conflict!.rows) if (choose === 'theirs') this.form.values[field] = theirs;
    // Fields that only the other person changed keep that change.
    for (const [field, value] of Object.entries(this.#original)) {
      if (!this.#conflict!.rows.some((row) => row.field === field)) this.form.values[field] = value;
    }
    this.#conflict = null;
    void this.options.save();
  };

  /** `drop` discards the input. */
  renderConflict(drop: () => void): TemplateResult | typeof nothing {
    return this.#conflict ? conflictTable(this.screen, this.#conflict, this.#choose, this.#resolve, drop, this.options.words) : nothing;
  }
}
