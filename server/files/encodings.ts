/** Text files in the encodings that schools send, decoded in one place: browsers and Node differ on a third of Big5. */

export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'big5'] as const;
export type Encoding = (typeof ENCODINGS)[number];

const BOMS: readonly [Encoding, readonly number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** By its mark; without one strict UTF-8, then Big5. */
export function encodingOf(bytes: Uint8Array): Encoding {
  const marked = BOMS.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte));
  if (marked) return marked[0];
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return 'utf-8';
  } catch {
    return 'big5';
  }
}

/** Standard Big5 with the ETEN extensions of CP950; other pairs are 造字, which only the machine that wrote them shows. */
function isStandard(pair: number): boolean {
  return (pair >= 0xa140 && pair <= 0xa3bf) || pair === 0xa3e1 || (pair >= 0xa440 && pair <= 0xc67e) || (pair >= 0xc940 && pair <= 0xf9fd);
}

/** What cannot be shown stands as U+FFFD, never as a guess. */
function decodeBig5(bytes: Uint8Array): string {
  const decoder = new TextDecoder('big5');
  let text = '';
  let from = 0;
  const lost = (at: number, length: number): void => {
    text += `${decoder.decode(bytes.subarray(from, at))}\ufffd`;
    from = at + length;
  };
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at]!;
    if (lead < 0x80) continue;
    const trail = bytes[at + 1];
    // A lead byte whose second byte is none of Big5's is alone: the comma after it stays a comma.
    if (trail === undefined || trail < 0x40 || (trail > 0x7e && trail < 0xa1) || trail === 0xff || lead < 0x81 || lead === 0xff) {
      lost(at, 1);
      continue;
    }
    if (!isStandard((lead << 8) | trail)) lost(at, 2);
    at++;
  }
  return text + decoder.decode(bytes.subarray(from));
}

export function decode(bytes: Uint8Array, encoding: Encoding): string {
  if (encoding === 'big5') return decodeBig5(bytes);
  return new TextDecoder(encoding).decode(bytes);
}
