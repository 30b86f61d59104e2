// Builds the files of the elements: one entry with hashed chunks, and one single file.
import { build, transformSync } from 'esbuild';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import ts from 'typescript';

/**
 * A second copy of Lit on a page throws at load if the Trusted Types policy `lit-html` exists already. So ours has its own name,
 * and a name with the version if two of our copies meet.
 */
function ownTrustedTypesPolicy(version) {
  const found = /(\w+)\.createPolicy\((['"])lit-html\2,\s*\{\s*createHTML:\s*\(?\w+\)?\s*=>\s*\w+,?\s*\}\)/;
  return {
    name: 'own-trusted-types-policy',
    setup({ onLoad }) {
      onLoad({ filter: /lit-html[\\/](development[\\/])?lit-html\.js$/ }, ({ path }) => {
        const source = readFileSync(path, 'utf8');
        if (!found.test(source)) throw new Error(`lit-html names its Trusted Types policy differently now: ${path}`);
        const contents = source.replace(
          found,
          (_all, types) =>
            `((o)=>{try{return ${types}.createPolicy("inservice-kit",o)}catch{return ${types}.createPolicy("inservice-kit#${version}",o)}})({createHTML:(s)=>s})`,
        );
        return { contents, loader: 'js' };
      });
    },
  };
}

const isStyle = ({ parent }) => ts.isTaggedTemplateExpression(parent) && parent.tag.getText() === 'css';

const tightStyle = (literal) =>
  `\`${transformSync(literal.slice(1, -1), { loader: 'css', minify: true, target: 'es2022', charset: 'utf8' }).code.trim()}\``;

/** White space in templates of `html` and `css` has no meaning, so each run becomes one space. */
function tightTemplates() {
  return {
    name: 'tight-templates',
    setup({ onLoad }) {
      onLoad({ filter: /components[\\/].*\.ts$/ }, ({ path }) => {
        const source = readFileSync(path, 'utf8');
        const pieces = [];
        const visit = (node) => {
          if (ts.isTaggedTemplateExpression(node) && /^(html|css)$/.test(node.tag.getText())) {
            const { template } = node;
            if (ts.isNoSubstitutionTemplateLiteral(template)) pieces.push(template);
            else pieces.push(template.head, ...template.templateSpans.map(({ literal }) => literal));
          }
          ts.forEachChild(node, visit);
        };
        visit(ts.createSourceFile(path, source, ts.ScriptTarget.ES2022, true));
        let contents = source;
        for (const piece of pieces.sort((a, b) => b.getStart() - a.getStart())) {
          const [from, to] = [piece.getStart(), piece.end];
          const text = contents.slice(from, to);
          contents = contents.slice(0, from) + (isStyle(piece) ? tightStyle(text) : text.replace(/\s*\n\s*/g, ' ')) + contents.slice(to);
        }
        return { contents, loader: 'ts' };
      });
    },
  };
}

/**
 * A browser may cache the failure of a module, so a chunk that failed to load is requested again under another URL. `$retry` has
 * the length of `import`, so the source maps stay correct.
 */
function retryLostChunks() {
  const retry = 'function $retry(u){return import(u).catch(()=>import(u+"?"+Date.now()))}\n';
  return {
    name: 'retry-lost-chunks',
    setup({ initialOptions, onEnd }) {
      initialOptions.write = false;
      onEnd(({ outputFiles }) => {
        for (const { path, text, contents } of outputFiles) {
          const loads = path.endsWith('.js') && /\bimport\("\.\//.test(text);
          writeFileSync(path, loads ? text.replace(/\bimport\("\.\//g, '$retry("./') + retry : contents);
        }
      });
    },
  };
}

export async function buildElements(root, version) {
  const outdir = `${root}dist/elements`;
  mkdirSync(outdir, { recursive: true });
  const shared = {
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    charset: 'utf8',
    // The files do not name their source maps and licences, because each name costs every visitor forty bytes.
    sourcemap: 'external',
    legalComments: 'external',
    logLevel: 'warning',
    plugins: [ownTrustedTypesPolicy(version), tightTemplates()],
    tsconfig: `${root}components/tsconfig.json`,
  };
  const { metafile } = await build({
    ...shared,
    entryPoints: { 'inservice-kit': `${root}components/cdn.ts`, 'add-locale': `${root}components/i18n/add-locale.ts` },
    outdir,
    splitting: true,
    metafile: true,
    plugins: [...shared.plugins, retryLostChunks()],
  });
  await build({
    ...shared,
    entryPoints: {
      'sign-in-page': `${root}components/account-sign-in/sign-in-page.ts`,
      recover: `${root}components/pages/recover.ts`,
      page: `${root}components/pages/page.ts`,
      demo: `${root}components/pages/demo.ts`,
    },
    outdir,
    splitting: true,
    plugins: [...shared.plugins, retryLostChunks()],
  });
  await build({ ...shared, entryPoints: { 'inservice-kit.all': `${root}components/all.ts` }, outdir });
  cpSync(`${root}components/pages/page.css`, `${outdir}/page.css`);
  writeFileSync(`${outdir}/metafile.json`, JSON.stringify(metafile));
}
