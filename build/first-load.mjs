// The gzipped size of what a page fetches until the three lists are rendered.
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

/** 40 KB. A higher limit needs a decision record. */
const LIMIT = 40_000;
const TAGS = ['inservice-provider', 'account-manager', 'teacher-roster', 'teacher-register'];
const FOREIGN = /node_modules\/(zod|hono|drizzle-orm|better-sqlite3)\//;

export async function firstLoad(root) {
  const { outputs } = JSON.parse(await readFile(`${root}dist/elements/metafile.json`, 'utf8'));
  const files = new Map();
  const follow = async (file) => {
    if (files.has(file)) return;
    files.set(file, gzipSync(await readFile(`${root}${file}`), { level: 9 }).length);
    for (const { path, kind } of outputs[file].imports) if (kind === 'import-statement') await follow(path);
  };
  const entries = Object.entries(outputs).filter(
    ([, { entryPoint }]) => entryPoint === 'components/cdn.ts' || TAGS.some((tag) => entryPoint === `components/${tag}/define.ts`),
  );
  for (const [file] of entries) await follow(file);
  const bytes = [...files.values()].reduce((sum, size) => sum + size, 0);
  const foreign = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs).filter((input) => FOREIGN.test(input)));
  return {
    bytes,
    limit: LIMIT,
    foreign,
    report: `  ${bytes} bytes gzip in ${files.size} files until the three lists have drawn (limit ${LIMIT})`,
  };
}
