import type { FieldFault } from '../domain/errors.js';

/** Why a file cannot be read; its text is in `server/domain/server-texts`. */
export class FileFault extends Error {
  constructor(readonly fault: Extract<FieldFault, `file-${string}`>) {
    super(fault);
  }
}
