import type { FieldFault } from '../domain/errors.js';

/** Why a file cannot be read; its sentence is in `field-texts.ts`. */
export class FileFault extends Error {
  constructor(readonly fault: Extract<FieldFault, `file-${string}`>) {
    super(fault);
  }
}
