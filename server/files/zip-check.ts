/**
 * Looks into an .xlsx before anything parses it: how many entries, how large each really becomes, no document type, no more
 * columns and rows than a staff list has. Names and sizes in a zip's directory are claims; what counts is what comes out.
 */
import type { Entry, ZipFile } from 'yauzl';
import { peer } from '../platform/peer.js';
import { FileFault } from './file-fault.js';
import { LIMITS } from './limits.js';

async function opened(file: Buffer): Promise<ZipFile> {
  const { fromBuffer } = await peer('yauzl', 'importing .xlsx files', () => import('yauzl'));
  return new Promise((resolve, reject) => {
    // `validateEntrySizes` is on by default: an entry that is not as long as the directory says is an error.
    fromBuffer(file, { lazyEntries: true, strictFileNames: true }, (error, zip) => (error ? reject(error) : resolve(zip)));
  });
}

/** The bytes of an entry, and no more of them than are left. */
function inflated(zip: ZipFile, entry: Entry, left: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) return reject(error);
      const chunks: Buffer[] = [];
      let size = 0;
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > left) {
          stream.destroy();
          reject(new FileFault('file-too-big-inside'));
        } else chunks.push(chunk);
      });
      stream.on('error', reject);
      stream.on('end', () => resolve(Buffer.concat(chunks)));
    });
  });
}

/** A text that no cell is long enough for. */
const LONG_RUN = new RegExp(`>[^<]{${LIMITS.runLength}}`);

const columnOf = (letters: string): number => [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);

function checkSheet(xml: string): void {
  let cells = 0;
  let inRow = 0;
  for (const [, tag, ref] of xml.matchAll(/<(?:\w+:)?(row|c)(?:\s+r="([A-Z]{1,8}\d{1,9})")?[\s/>]/g)) {
    inRow = tag === 'row' ? 0 : inRow + 1;
    if (inRow > LIMITS.columns * 2) throw new FileFault('file-too-many-columns');
    if (++cells > LIMITS.cells) throw new FileFault('file-too-many-rows');
    if (ref === undefined) continue;
    const split = ref.search(/\d/);
    if (columnOf(ref.slice(0, split)) > LIMITS.columns * 2) throw new FileFault('file-too-many-columns');
    // Formatted lines below the last person are common; what counts is found out by parsing.
    if (Number(ref.slice(split)) > LIMITS.sheetLines) throw new FileFault('file-too-many-rows');
  }
  // A cell whose address stands elsewhere in its tag, or in other quotes, is none that a spreadsheet writes.
  for (const [, attributes] of xml.matchAll(/<(?:\w{1,20}:)?c\s([^<>]{0,200})/g))
    if (!/^r="[A-Z]+\d+"/.test(attributes!) && /\br\s*=/.test(attributes!)) throw new FileFault('file-broken');
}

/** @throws FileFault */
export async function checkZip(file: Buffer): Promise<void> {
  const zip = await opened(file);
  try {
    if (zip.entryCount > LIMITS.entries) throw new FileFault('file-too-big-inside');
    let left = LIMITS.inflatedBytes;
    const names = new Set<string>();
    await new Promise<void>((resolve, reject) => {
      zip.on('error', reject);
      zip.on('end', resolve);
      zip.on('entry', (entry: Entry) => {
        void look(entry).then(() => zip.readEntry(), reject);
      });
      zip.readEntry();
    });
    if (!names.has('xl/workbook.xml')) throw new FileFault('file-not-a-table');

    async function look(entry: Entry): Promise<void> {
      if (names.has(entry.fileName)) throw new FileFault('file-broken');
      names.add(entry.fileName);
      if ((entry.generalPurposeBitFlag & 1) !== 0) throw new FileFault('file-locked');
      if (entry.fileName.endsWith('/')) return;
      const bytes = await inflated(zip, entry, left);
      left -= bytes.length;
      if (!/\.(xml|rels)$/.test(entry.fileName)) return;
      const xml = bytes.toString('latin1');
      if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) throw new FileFault('file-broken');
      if (LONG_RUN.test(xml)) throw new FileFault('file-too-big-inside');
      if (entry.fileName.startsWith('xl/worksheets/')) checkSheet(xml);
    }
  } finally {
    zip.close();
  }
}
