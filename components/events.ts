/** The events of the elements. They bubble, are composed, and carry ids and action names, never personal data. */
import type { TrailAction } from '../server/domain/trail.js';
import type { ApiErrorCode } from './api/api-error.js';

const OPTIONS = { bubbles: true, composed: true };

/** The element has rendered its first content. */
export class InserviceReadyEvent extends Event {
  constructor() {
    super('inservice-ready', OPTIONS);
  }
}

/** Before any write; cancelable. */
export class InserviceBeforeEvent extends Event {
  constructor(
    readonly action: TrailAction,
    readonly ids: readonly string[],
  ) {
    super('inservice-before', { ...OPTIONS, cancelable: true });
  }
}

/** A write was saved. */
export class InserviceDoneEvent extends Event {
  constructor(
    readonly action: TrailAction,
    readonly ids: readonly string[],
    readonly undo?: () => Promise<void>,
  ) {
    super('inservice-done', OPTIONS);
  }
}

/** A call failed. */
export class InserviceErrorEvent extends Event {
  constructor(
    readonly code: ApiErrorCode,
    readonly status: number,
    readonly requestId: string | null,
  ) {
    super('inservice-error', OPTIONS);
  }
}

/** Nobody is signed in, or the session has ended. Cancel the event to use your own sign-in, then call `retry()`. */
export class InserviceAuthRequiredEvent extends Event {
  constructor(readonly retry: () => void) {
    super('inservice-auth-required', { ...OPTIONS, cancelable: true });
  }
}

/** A detail was opened. */
export class InserviceOpenEvent extends Event {
  constructor(readonly id: string) {
    super('inservice-open', OPTIONS);
  }
}

/** A detail was closed. */
export class InserviceCloseEvent extends Event {
  constructor() {
    super('inservice-close', OPTIONS);
  }
}

/** The element has unsaved input, or no longer has it. */
export class InserviceDirtyChangeEvent extends Event {
  constructor(readonly dirty: boolean) {
    super('inservice-dirty-change', OPTIONS);
  }
}

/** Progress of an import. */
export class InserviceImportProgressEvent extends Event {
  constructor(
    readonly done: number,
    readonly total: number,
  ) {
    super('inservice-import-progress', OPTIONS);
  }
}

/** The selection of rows changed. */
export class InserviceSelectionChangeEvent extends Event {
  constructor(readonly ids: readonly string[]) {
    super('inservice-selection-change', OPTIONS);
  }
}

export interface InserviceEventMap {
  'inservice-import-progress': InserviceImportProgressEvent;
  'inservice-selection-change': InserviceSelectionChangeEvent;
  'inservice-ready': InserviceReadyEvent;
  'inservice-before': InserviceBeforeEvent;
  'inservice-done': InserviceDoneEvent;
  'inservice-error': InserviceErrorEvent;
  'inservice-auth-required': InserviceAuthRequiredEvent;
  'inservice-open': InserviceOpenEvent;
  'inservice-close': InserviceCloseEvent;
  'inservice-dirty-change': InserviceDirtyChangeEvent;
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- declaration merging is how a page learns our events
  interface HTMLElementEventMap extends InserviceEventMap {}
}
