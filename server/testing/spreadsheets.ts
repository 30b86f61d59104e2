/** Files for tests: Big5 texts, and valid or forged .xlsx files. */
import { crc32, deflateRawSync } from 'node:zlib';

let big5: Map<string, Buffer> | null = null;

/** The text in Big5, as Excel writes it; characters that CP950 lacks become `?`. */
export function toBig5(text: string): Buffer {
  if (!big5) {
    big5 = new Map();
    const decoder = new TextDecoder('big5');
    for (let lead = 0xa1; lead <= 0xf9; lead++)
      for (let trail = 0x40; trail <= 0xfe; trail++) {
        const pair = (lead << 8) | trail;
        const standard = (pair >= 0xa140 && pair <= 0xa3bf) || (pair >= 0xa440 && pair <= 0xc67e) || (pair >= 0xc940 && pair <= 0xf9fd);
        if (!standard || (trail > 0x7e && trail < 0xa1)) continue;
        const char = decoder.decode(Uint8Array.of(lead, trail));
        if (char !== '\ufffd' && !big5.has(char)) big5.set(char, Buffer.from([lead, trail]));
      }
  }
  return Buffer.concat([...text].map((char) => (char < '\u0080' ? Buffer.from(char) : (big5!.get(char) ?? Buffer.from('?')))));
}

export interface ZipEntry {
  name: string;
  data: Buffer | string;
  /** The size in the directory of the archive. */
  claims?: number;
  encrypted?: boolean;
}

export function zip(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, claims, encrypted = false } of entries) {
    const raw = Buffer.from(data as string);
    const packed = deflateRawSync(raw, { level: 9 });
    const title = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(encrypted ? 1 : 0, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(raw), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(claims ?? raw.length, 18);
    common.writeUInt16LE(title.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, title, packed]);
    const central = Buffer.alloc(14);
    central.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, central, title]));
    files.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, listed, end]);
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** An .xlsx file with this XML as its sheet. */
export function xlsxWith(sheet: string, more: readonly ZipEntry[] = []): Buffer {
  return zip([
    {
      name: '[Content_Types].xml',
      data: '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      data: `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${RELATION}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    },
    {
      name: 'xl/workbook.xml',
      data: `<workbook xmlns="${MAIN}" xmlns:r="${RELATION}"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    },
    { name: 'xl/worksheets/sheet1.xml', data: `<worksheet xmlns="${MAIN}"><sheetData>${sheet}</sheetData></worksheet>` },
    ...more,
  ]);
}

export const inlineCell = (ref: string, text: string): string => `<c r="${ref}" t="inlineStr"><is><t>${text}</t></is></c>`;
