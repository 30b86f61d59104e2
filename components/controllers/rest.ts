/**
 * A second click on the spot of an act never does another one, although another button, of this element or of another, may stand
 * there now. After an act, and when a dialog opens, that spot rests until the user chooses again: moves the pointer off it,
 * presses another key, or types. Loaded after the first content, so that no page waits for it.
 */

/** A press with the pointer has the place of the button, one with a key has only the button. */
interface Press {
  on: EventTarget;
  place: DOMRect | null;
}

/** A finger does not move off what it taps, so it rests for this long after its last tap. */
const TOUCH_MS = 1_000;

let pressed: Press | null = null;
let pointer = { x: 0, y: 0 };
/** `marked`: the button that was clicked there, which shows that it rests. */
let resting: { press: Press; at: number; marked: Element | null } | null = null;

const hosts = new WeakSet<EventTarget>();

function covers({ place }: Press, { x, y }: { x: number; y: number }): boolean {
  return place !== null && x >= place.left && x <= place.right && y >= place.top && y <= place.bottom;
}

function end(): void {
  resting?.marked?.removeAttribute('data-rests');
  resting = null;
}

/** The spot that was pressed last rests. Other places do not, so that voice control and scripts find every other button. */
export function rest(): void {
  end();
  if (!pressed || (pressed.place && !covers(pressed, pointer))) return;
  resting = { press: pressed, at: performance.now(), marked: null };
}

/** Clicks on this element are of the kit. */
export function watch(host: EventTarget): void {
  hosts.add(host);
}

function swallow(event: Event): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}

const listeners = {
  pointerdown(event: PointerEvent): void {
    pointer = event;
    const [on] = event.composedPath();
    const rested = resting !== null && event.pointerType === 'touch' && performance.now() - resting.at > TOUCH_MS;
    if (resting && (rested || !covers(resting.press, event))) end();
    const control = on instanceof Element ? on.closest('button, a, label') : null;
    pressed = control && { on: control, place: control.getBoundingClientRect() };
  },
  pointermove(event: PointerEvent): void {
    pointer = event;
    if (resting?.press.place && !covers(resting.press, event)) end();
  },
  keydown(event: KeyboardEvent): void {
    const on = event.composedPath()[0]!;
    const uses = event.key === 'Enter' || event.key === ' ';
    if (uses && resting?.press.on === on) swallow(event);
    else end();
    pressed = uses ? { on, place: null } : pressed;
  },
  click(event: MouseEvent): void {
    // Without a count it comes from a key or a script.
    if (!resting || event.detail === 0 || !covers(resting.press, event) || !event.composedPath().some((node) => hosts.has(node))) return;
    resting.at = performance.now();
    const [on] = event.composedPath();
    resting.marked?.removeAttribute('data-rests');
    resting.marked = (on instanceof Element && on.closest('button, a')) || null;
    resting.marked?.setAttribute('data-rests', '');
    swallow(event);
  },
  input: end,
} satisfies Record<string, (event: never) => void>;

for (const [type, listener] of Object.entries(listeners)) addEventListener(type, listener as EventListener, true);
