// node build.mjs [--if-stale] [--package]: bundles the program, the modules and the three thread entries to dist/, with source maps,
// and the page of the mesh to dist/page/. What several of them need is in files of its own, and all is minified: a start reads and
// compiles less. Its one dependency stays a package, so dist needs node_modules beside it. --package adds the type declarations.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { build } from 'esbuild'

const root = dirname(fileURLToPath(import.meta.url))
const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
/** What the modules are made from, by the name that users import them by, and the types of package.json. */
export const modules = { mod: 'src/mod.ts', test: 'src/test.ts', connect: 'src/connect.ts' }
for (const [name, file] of Object.entries(modules)) if (!existsSync(join(root, file))) delete modules[name]
const entries = {
  ...modules,
  main: 'main.ts',
  client: 'workers/client.ts',
  route: 'workers/route.ts',
  matcher: 'workers/matcher.ts',
}

/** The page is made for browsers: minified, each file whole, so that it asks nobody else for anything. It lies there compressed. */
const page = { folder: 'dist/page', files: ['app.js.br', 'app.css.br', 'index.html.br'] }
/** What it may weigh, uncompressed: whoever looks at a mesh compiles it. */
const page_bytes_max = 250_000

/** Builds dist/. With if_stale only when a source is newer than what is there. Returns true if it built. Throws when a
 * source is missing or does not compile. */
export async function build_dist({ if_stale = false } = {}) {
  if (if_stale && is_fresh()) return false
  const missing = Object.values(entries).filter((file) => !existsSync(join(root, file)))
  if (missing.length) throw new Error(`can not build dist: no ${missing.join(', no ')}`)
  // Shared parts are called by their content: those of another build would stay.
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  await build({
    absWorkingDir: root,
    entryPoints: Object.entries(entries).map(([out, file]) => ({ in: file, out })),
    outdir: 'dist',
    bundle: true,
    splitting: true,
    chunkNames: 'shared-[hash]',
    minify: true,
    // Who gets an error of ours is shown the line of code that it came from.
    lineLimit: 200,
    format: 'esm',
    platform: 'node',
    // Of comlink, what is for import: the other one can not be shaken.
    mainFields: ['module', 'main'],
    target: 'node20',
    sourcemap: true,
    external: [...Object.keys(dependencies), ...Object.keys(peerDependencies)],
    banner: { js: '// Built by build.mjs from the TypeScript beside package.json.' },
    logLevel: 'warning',
  })
  await build_page()
  return true
}

async function build_page() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [{ in: 'src/page/app.ts', out: 'app' }, { in: 'src/page/app.css', out: 'app' }],
    outdir: page.folder,
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    alias: { '@nats-io/nkeys': './src/page/no_nkeys.ts' },
    legalComments: 'eof',
    banner: {
      js:
        '/* onehop (Apache-2.0), with uPlot (MIT, (c) Leon Sorokin), @nats-io/nats-core and @nats-io/nuid (Apache-2.0, ' +
        '(c) The NATS Authors). Built by build.mjs from src/page. */',
    },
    logLevel: 'warning',
  })
  const files = outputFiles.map(({ path, contents }) => ({ name: basename(path), contents }))
  files.push({ name: 'index.html', contents: readFileSync(join(root, 'src/page/index.html')) })
  const bytes = files.reduce((sum, { contents }) => sum + contents.length, 0)
  if (bytes > page_bytes_max) throw new Error(`the page has ${bytes} bytes, more than ${page_bytes_max}`)
  mkdirSync(join(root, page.folder), { recursive: true })
  for (const { name, contents } of files) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
    writeFileSync(join(root, page.folder, `${name}.br`), brotliCompressSync(contents, { params }))
  }
}

/** Builds what a package has: dist/, and the type declarations. Throws like build_dist. */
export async function build_package() {
  await build_dist({ if_stale: true })
  // Loaded only here: a server that is run from the repository needs no types.
  const { build_types, has_types } = await import('./scripts/package_types.mjs')
  const newest = Math.max(...sources().map((file) => statSync(file).mtimeMs))
  if (!has_types(modules, newest)) await build_types(modules)
}

/** True when every output exists and none is older than any source. */
function is_fresh() {
  const outputs = Object.keys(entries).flatMap((
    name,
  ) => [join(root, `dist/${name}.js`), join(root, `dist/${name}.js.map`)])
  outputs.push(...page.files.map((name) => join(root, page.folder, name)))
  if (!outputs.every(existsSync)) return false
  const oldest = Math.min(...outputs.map((file) => statSync(file).mtimeMs))
  return sources().every((file) => existsSync(file) && statSync(file).mtimeMs <= oldest)
}

function sources() {
  const folders = ['src', 'workers'].map((folder) => join(root, folder)).filter(existsSync)
  const inside = folders.flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name)))
  // A folder's own time changes when a file in it is removed.
  return [...inside, ...['main.ts', 'build.mjs', 'package.json', 'package-lock.json'].map((name) => join(root, name))]
}

async function main(flags) {
  const unknown = flags.filter((word) => word !== '--if-stale' && word !== '--package')
  if (unknown.length) {
    console.error(`unknown flag ${unknown.join(' ')}; there are --if-stale and --package`)
    process.exit(2)
  }
  try {
    if (flags.includes('--package')) await build_package()
    else if (await build_dist({ if_stale: flags.includes('--if-stale') })) {
      const names = Object.keys(entries).map((name) => `dist/${name}.js`)
      console.error(`built ${names.join(', ')}, and ${page.folder}`)
    } else if (process.env.npm_lifecycle_event === 'build') console.error('dist is up to date')
  } catch (error) {
    // esbuild has printed its own errors with their places.
    if (!error.errors) console.error(error.message)
    process.exit(1)
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main(process.argv.slice(2))
