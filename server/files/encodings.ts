/** Decodes text files in the encodings that schools use. The server does it, because browsers differ from Node in a third of Big5. */

export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'big5'] as const;
export type Encoding = (typeof ENCODINGS)[number];

const BOMS: readonly [Encoding, readonly number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** By the byte order mark; without one, UTF-8 where the bytes are valid UTF-8, else Big5. */
export function encodingOf(bytes: Uint8Array): Encoding {
  const marked = BOMS.find(([, bom]) => bom.every((byte, index) => bytes[index] === byte));
  if (marked) return marked[0];
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return 'utf-8';
  } catch {
    return 'big5';
  }
}

/** Standard Big5 with the ETEN extensions of CP950. Other pairs are user-defined characters (造字), whose glyphs exist on one machine only. */
function isStandard(pair: number): boolean {
  return (pair >= 0xa140 && pair <= 0xa3bf) || pair === 0xa3e1 || (pair >= 0xa440 && pair <= 0xc67e) || (pair >= 0xc940 && pair <= 0xf9fd);
}

/** Replaces what is not standard Big5 by U+FFFD instead of guessing a character. */
function decodeBig5(bytes: Uint8Array): string {
  const decoder = new TextDecoder('big5');
  let text = '';
  let undecoded = 0;
  const replace = (index: number, length: number): void => {
    text += `${decoder.decode(bytes.subarray(undecoded, index))}\ufffd`;
    undecoded = index + length;
  };
  for (let index = 0; index < bytes.length; index++) {
    const lead = bytes[index]!;
    if (lead < 0x80) continue;
    const trail = bytes[index + 1];
    // Where the second byte is not valid in Big5, only the lead byte is replaced, so that a comma after it stays a delimiter.
    if (trail === undefined || trail < 0x40 || (trail > 0x7e && trail < 0xa1) || trail === 0xff || lead < 0x81 || lead === 0xff) {
      replace(index, 1);
      continue;
    }
    if (!isStandard((lead << 8) | trail)) replace(index, 2);
    index++;
  }
  return text + decoder.decode(bytes.subarray(undecoded));
}

export function decode(bytes: Uint8Array, encoding: Encoding): string {
  if (encoding === 'big5') return decodeBig5(bytes);
  return new TextDecoder(encoding).decode(bytes);
}
