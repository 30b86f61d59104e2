/**
 * Checks an .xlsx before it is parsed: the number of files in it, their inflated size, no document type declaration, and no
 * more columns and rows than a staff list has. The sizes in a zip's directory may be false, so each file is inflated and counted.
 */
import type { Entry, ZipFile } from 'yauzl';
import { peer } from '../platform/peer.js';
import { FileFault } from './file-fault.js';
import { LIMITS } from './limits.js';

async function openZip(file: Buffer): Promise<ZipFile> {
  const { fromBuffer } = await peer('yauzl', 'importing .xlsx files', () => import('yauzl'));
  return new Promise((resolve, reject) => {
    // `validateEntrySizes` is on by default: a file whose size differs from the directory is an error.
    fromBuffer(file, { lazyEntries: true, strictFileNames: true }, (error, zip) => (error ? reject(error) : resolve(zip)));
  });
}

/** @throws FileFault where the file inflates to more than `maxBytes` */
function inflate(zip: ZipFile, entry: Entry, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) return reject(error);
      const chunks: Buffer[] = [];
      let size = 0;
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) {
          stream.destroy();
          reject(new FileFault('file-too-big-inside'));
        } else chunks.push(chunk);
      });
      stream.on('error', reject);
      stream.on('end', () => resolve(Buffer.concat(chunks)));
    });
  });
}

/** An XML text node that is longer than any cell. */
const LONG_TEXT = new RegExp(`>[^<]{${LIMITS.xmlTextLength}}`);

const columnOf = (letters: string): number => [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);

function checkSheet(xml: string): void {
  let cells = 0;
  let cellsInRow = 0;
  for (const [, tag, ref] of xml.matchAll(/<(?:\w+:)?(row|c)(?:\s+r="([A-Z]{1,8}\d{1,9})")?[\s/>]/g)) {
    cellsInRow = tag === 'row' ? 0 : cellsInRow + 1;
    if (cellsInRow > LIMITS.columns * 2) throw new FileFault('file-too-many-columns');
    if (++cells > LIMITS.cells) throw new FileFault('file-too-many-rows');
    if (ref === undefined) continue;
    const split = ref.search(/\d/);
    if (columnOf(ref.slice(0, split)) > LIMITS.columns * 2) throw new FileFault('file-too-many-columns');
    // Formatted empty rows below the last person are common; the rows with content are counted after parsing.
    if (Number(ref.slice(split)) > LIMITS.sheetRows) throw new FileFault('file-too-many-rows');
  }
  // Spreadsheets write a cell's address as the first attribute, in double quotes. Any other form would evade the check above.
  for (const [, attributes] of xml.matchAll(/<(?:\w{1,20}:)?c\s([^<>]{0,200})/g))
    if (!/^r="[A-Z]+\d+"/.test(attributes!) && /\br\s*=/.test(attributes!)) throw new FileFault('file-broken');
}

/** @throws FileFault */
export async function checkZip(file: Buffer): Promise<void> {
  const zip = await openZip(file);
  try {
    if (zip.entryCount > LIMITS.zipEntries) throw new FileFault('file-too-big-inside');
    let bytesLeft = LIMITS.inflatedBytes;
    const names = new Set<string>();
    await new Promise<void>((resolve, reject) => {
      zip.on('error', reject);
      zip.on('end', resolve);
      zip.on('entry', (entry: Entry) => {
        void checkEntry(entry).then(() => zip.readEntry(), reject);
      });
      zip.readEntry();
    });
    if (!names.has('xl/workbook.xml')) throw new FileFault('file-not-a-table');

    async function checkEntry(entry: Entry): Promise<void> {
      if (names.has(entry.fileName)) throw new FileFault('file-broken');
      names.add(entry.fileName);
      if ((entry.generalPurposeBitFlag & 1) !== 0) throw new FileFault('file-locked');
      if (entry.fileName.endsWith('/')) return;
      const bytes = await inflate(zip, entry, bytesLeft);
      bytesLeft -= bytes.length;
      if (!/\.(xml|rels)$/.test(entry.fileName)) return;
      const xml = bytes.toString('latin1');
      if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) throw new FileFault('file-broken');
      if (LONG_TEXT.test(xml)) throw new FileFault('file-too-big-inside');
      if (entry.fileName.startsWith('xl/worksheets/')) checkSheet(xml);
    }
  } finally {
    zip.close();
  }
}
