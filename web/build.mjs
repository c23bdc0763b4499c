// node build.mjs [name...] [--watch]: builds the front ends into dist/. Each page is one entry of this list.
//   entry  its first module; skipped while the file does not exist
//   html   a page of its own: dist/NAME/index.html, its scripts and styles hashed beside it in dist/NAME/assets, split by import()
//   out    no page: one classic script under that fixed name
//   target what its browsers understand, when not the desk's
//   shorten  its sources: the members of their classes get short names
//   copy   files that go along unchanged: [from, to]
import { build, context, transform } from 'esbuild';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync, copyFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const entries = [
  { name: 'desk', entry: 'desk/src/main.tsx', html: 'desk/index.html', copy: [['desk/icon.svg', 'desk/icon.svg']] },
  { name: 'widget', entry: 'widget/src/main.ts', out: 'widget.js', target: 'es2018', shorten: 'widget/src' },
  { name: 'shop', entry: 'shop/src/main.ts', html: 'shop/index.html' },
  { name: 'wall', entry: 'wall/src/main.ts', html: 'wall/index.html' },
];

const here = path.dirname(fileURLToPath(import.meta.url));
process.chdir(here);
const args = process.argv.slice(2);
const watch = args.includes('--watch');
const wanted = args.filter((a) => !a.startsWith('--'));

// antd puts a few style elements in by its own hand, without the nonce that our content security policy asks for: they take the page's.
const nonce = {
  name: 'nonce',
  setup: (b) => b.onLoad({ filter: /@rc-component[\\/]util[\\/]es[\\/]Dom[\\/]dynamicCSS\.js$/ }, ({ path }) => {
    const text = readFileSync(path, 'utf8');
    const contents = text.replaceAll(/(?<!\.)csp\?\.nonce/g, `(csp?.nonce ?? document.querySelector('meta[name="csp-nonce"]')?.content)`);
    return contents === text ? { errors: [{ text: 'no place for the nonce' }] } : { contents };
  }),
};

/** The widget carries its style sheet as a text. */
const sheet = {
  name: 'sheet',
  setup: (b) => b.onLoad({ filter: /\.css$/ }, async ({ path }) => ({
    contents: (await transform(readFileSync(path, 'utf8'), { loader: 'css', minify: true, target: ['chrome80', 'safari13'] })).code.trim(), loader: 'text',
  })),
};

const common = {
  bundle: true, minify: !watch, target: 'chrome109', charset: 'utf8', legalComments: 'none', metafile: true, logLevel: 'warning',
  jsx: 'automatic', plugins: [nonce], define: { 'process.env.NODE_ENV': watch ? '"development"' : '"production"' },
  loader: { '.svg': 'file', '.png': 'file' },
};

/** Members of a folder's classes whose names mean nothing else: not to the browser, not to the centre, in no record, in no text in quotes. */
function memberNames(dir) {
  const read = (folder, end) => readdirSync(folder).filter((f) => f.endsWith(end)).map((f) => readFileSync(`${folder}/${f}`, 'utf8'));
  const libs = readdirSync('node_modules/@typescript').flatMap((d) => read(`node_modules/@typescript/${d}/lib`, '.d.ts'));
  const taken = new Set([...libs, readFileSync('../docs/api.md', 'utf8')].flatMap((text) => text.match(/\w+/g)));
  if (!taken.has('addEventListener') || !taken.has('client_id'))
    throw new Error('the names of the browser and the centre are not found');
  const declared = /\b(?:private|readonly) (?:readonly |async |get )*(\w+)|^  (?:async |get )?(\w+)(?:\(| = )/gm;
  const members = new Set(), text = read(dir, '.ts').join('\n');
  for (const c of text.match(/^(?:export )?class [^]*?^}/gm))
    for (const [, inner, open] of c.matchAll(declared)) members.add(inner ?? open);
  for (const [name] of text.replaceAll(declared, '').matchAll(/\w+(?=\??:)|(?<=['"`])\w+(?=['"`])/g)) taken.add(name);
  return new RegExp(`^(?:${[...members].filter((name) => !taken.has(name)).join('|')})$`);
}

function options(e) {
  if (!e.html)
    return { ...common, ...(e.shorten && !watch ? { mangleProps: memberNames(e.shorten) } : {}), target: e.target ?? common.target, plugins: [sheet], tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } }, entryPoints: [e.entry], outfile: `dist/${e.out}`, format: 'iife' };
  return {
    ...common, entryPoints: { main: e.entry }, outdir: `dist/${e.name}/assets`, publicPath: `/${e.name}/assets`, format: 'esm', splitting: true,
    entryNames: '[name]-[hash]', chunkNames: '[name]-[hash]', assetNames: '[name]-[hash]',
  };
}

function finish(e, result) {
  const files = Object.entries(result.metafile.outputs);
  if (e.html) {
    const [script, main] = files.find(([, o]) => o.entryPoint === e.entry);
    const url = (file) => '/' + path.relative('dist', file).split(path.sep).join('/');
    const head = (main.cssBundle ? `<link rel="stylesheet" href="${url(main.cssBundle)}">\n` : '') + `<script type="module" src="${url(script)}"></script>\n`;
    writeFileSync(`dist/${e.name}/index.html`, readFileSync(e.html, 'utf8').replace('</head>', () => head + '</head>'));
  }
  for (const [from, to] of e.copy ?? []) {
    mkdirSync(path.dirname(`dist/${to}`), { recursive: true });
    copyFileSync(from, `dist/${to}`);
  }
  const zipped = files.reduce((sum, [file]) => sum + gzipSync(readFileSync(file)).length, 0);
  console.log(`${e.name}: ${files.length} files, ${Math.round(zipped / 1024)} KB gzipped`);
}

for (const e of entries) {
  if ((wanted.length && !wanted.includes(e.name)) || !existsSync(e.entry))
    continue;
  if (e.html)
    rmSync(`dist/${e.name}`, { recursive: true, force: true });
  mkdirSync(e.html ? `dist/${e.name}` : path.dirname(`dist/${e.out}`), { recursive: true });
  if (watch) {
    const plugin = { name: 'finish', setup: (b) => b.onEnd((r) => r.errors.length || finish(e, r)) };
    await (await context({ ...options(e), plugins: [...options(e).plugins, plugin] })).watch();
  } else {
    finish(e, await build(options(e)));
  }
}
