/** The events of the elements: bubbling, composed, fired from the host; ids and action names, never personal data. */
import type { TrailAction } from '../server/domain/trail.js';
import type { ApiErrorCode } from './api/api-error.js';

const OPTIONS = { bubbles: true, composed: true };

/** The element has drawn what it shows first. */
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

/** Nobody is signed in, or the session is over; cancel it to sign in in your own way, then call `retry()`. */
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

/** Something typed is not saved yet, or no longer so. */
export class InserviceDirtyChangeEvent extends Event {
  constructor(readonly dirty: boolean) {
    super('inservice-dirty-change', OPTIONS);
  }
}

/** How far an import has come. */
export class InserviceImportProgressEvent extends Event {
  constructor(
    readonly done: number,
    readonly total: number,
  ) {
    super('inservice-import-progress', OPTIONS);
  }
}

/** Other rows are chosen. */
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
