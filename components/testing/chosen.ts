/** Whether a reader in forced colours sees what is chosen. */

const CHOSEN = '[aria-pressed=true], [aria-current=true], label:has(input:checked)';
/** Text smaller than large print (WCAG 2.2, 1.4.3). */
const ENOUGH = 4.5;
const DIFFERENCES = ['color', 'borderBottomWidth', 'borderBottomColor', 'outlineStyle', 'outlineColor'] as const;

type Rgba = [red: number, green: number, blue: number, alpha: number];

function rgba(colour: string): Rgba {
  const [red = 0, green = 0, blue = 0, alpha = 1] = (/rgba?\(([^)]+)\)/.exec(colour)?.[1] ?? '').split(/[\s,/]+/).map(Number);
  return [red, green, blue, alpha];
}

function luminance([red, green, blue]: Rgba): number {
  const [r, g, b] = [red, green, blue].map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: Rgba, other: Rgba): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function backgroundOf(node: Element): Rgba {
  for (let current: Element | null = node; current; current = current.parentElement) {
    const colour = rgba(getComputedStyle(current).backgroundColor);
    if (colour[3] > 0) return colour;
  }
  return canvas();
}

/** The background of a page that sets none. */
function canvas(): Rgba {
  const probe = document.createElement('div');
  probe.style.backgroundColor = 'Canvas';
  document.body.append(probe);
  const colour = rgba(getComputedStyle(probe).backgroundColor);
  probe.remove();
  return colour;
}

const lookOf = (node: Element): string => {
  const style = getComputedStyle(node);
  return [backgroundOf(node).slice(0, 3), ...DIFFERENCES.map((name) => style[name])].join(' ');
};

/** What is chosen but cannot be read, or looks like what is not chosen. A radio button and a check box show it themselves. */
export function hiddenChoices(element: Element): string[] {
  const hidden: string[] = [];
  for (const node of element.shadowRoot!.querySelectorAll(CHOSEN)) {
    const name = (node.textContent ?? '').replace(/\s+/g, ' ').trim().slice(0, 30);
    const texts = [node, ...node.querySelectorAll('*')].filter((part) =>
      [...part.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.textContent!.trim() !== ''),
    );
    for (const part of texts) {
      const found = contrast(rgba(getComputedStyle(part).color), backgroundOf(part));
      if (found < ENOUGH) hidden.push(`${name}: contrast ${found.toFixed(1)}`);
    }
    const others = [...node.parentElement!.children].filter((other) => other.tagName === node.tagName && !other.matches(CHOSEN));
    if (!node.querySelector('input') && others.some((other) => lookOf(other) === lookOf(node)))
      hidden.push(`${name}: looks like the others`);
  }
  return [...new Set(hidden)];
}
