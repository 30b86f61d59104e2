/** Saves a file through the browser. */
export function save({ name, blob }: { name: string; blob: Blob }): void {
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(blob), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}
