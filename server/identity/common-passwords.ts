/** Passwords that attackers try first, compared without case: 49,000 leaked ones, and ones that are common in Taiwan. */
import { peer } from '../platform/peer.js';

// Typed with the Zhuyin layout (我的密碼, 他媽的), school words, and this product's name.
const LOCAL = `ji32k7au4a83 ji394su3 au4a83 g_czechout vu;3x96jp4 1qazxsw2 5201314520 woaini1314 5201314aa taiwan123 taipei101 taiwan101
  teacher1 teacher123 school123 student123 principal1 inservice inservice1 inservice123 educloud123`.split(/\s+/);

let loading: Promise<ReadonlySet<string>> | null = null;

async function load(): Promise<ReadonlySet<string>> {
  const { dictionary } = await peer('@zxcvbn-ts/language-common', 'the own log-in', () => import('@zxcvbn-ts/language-common'));
  return new Set([...dictionary['passwords-common'].map((each) => String(each).toLowerCase()), ...LOCAL]);
}

export async function isCommonPassword(password: string): Promise<boolean> {
  loading ??= load();
  return (await loading).has(password.toLowerCase());
}
