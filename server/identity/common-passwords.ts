/** Passwords that guessing tries first, compared without case: 49,000 of the leaked ones, and what is common here besides. */
import { peer } from '../platform/peer.js';

// Typed with the Zhuyin layout (我的密碼, 他媽的), school words, and this product's name.
const LOCAL = `ji32k7au4a83 ji394su3 au4a83 g_czechout vu;3x96jp4 1qazxsw2 5201314520 woaini1314 5201314aa taiwan123 taipei101 taiwan101
  teacher1 teacher123 school123 student123 principal1 inservice inservice1 inservice123 educloud123`.split(/\s+/);

let known: Promise<ReadonlySet<string>> | null = null;

async function load(): Promise<ReadonlySet<string>> {
  const { dictionary } = await peer('@zxcvbn-ts/language-common', 'the own log-in', () => import('@zxcvbn-ts/language-common'));
  return new Set([...dictionary['passwords-common'].map((each) => String(each).toLowerCase()), ...LOCAL]);
}

/** Whether guessing tries it first; read when it is first needed. */
export async function isCommonPassword(password: string): Promise<boolean> {
  known ??= load();
  return (await known).has(password.toLowerCase());
}
