// node build.mjs [--if-stale]: bundles the server, the module and the three thread entries to dist/, with source maps, and the
// page of the mesh to dist/page/. What several of them need is in files of its own, and all is minified: a start reads and compiles less.
// piscina stays a package (it looks for its own worker file), so dist needs node_modules beside it.
import { copyFileSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = dirname(fileURLToPath(import.meta.url))
const entries = {
  main: 'main.ts',
  mod: 'src/mod.ts',
  client: 'workers/client.ts',
  route: 'workers/route.ts',
  matcher: 'workers/matcher.ts',
}

/** The page is made for browsers: minified, each file whole, so that it asks nobody else for anything. */
const page = { folder: 'dist/page', files: ['app.js', 'app.css', 'index.html'] }
/** What it may weigh, uncompressed: it is sent to whoever looks at a mesh from afar. */
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
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    external: ['piscina'],
    // msgpackr looks for its optional native part with createRequire: esbuild leaves that call as it is.
    banner: { js: '// Built by build.mjs from the TypeScript beside package.json.' },
    logLevel: 'warning',
  })
  await build_page()
  return true
}

async function build_page() {
  await build({
    absWorkingDir: root,
    entryPoints: [{ in: 'src/page/app.ts', out: 'app' }, { in: 'src/page/app.css', out: 'app' }],
    outdir: page.folder,
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
  copyFileSync(join(root, 'src/page/index.html'), join(root, page.folder, 'index.html'))
  const bytes = page_bytes()
  if (bytes > page_bytes_max) throw new Error(`the page has ${bytes} bytes, more than ${page_bytes_max}`)
}

const page_bytes = () => page.files.reduce((sum, name) => sum + statSync(join(root, page.folder, name)).size, 0)

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

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const unknown = process.argv.slice(2).filter((word) => word !== '--if-stale')
  if (unknown.length) {
    console.error(`unknown flag ${unknown.join(' ')}; there is --if-stale`)
    process.exit(2)
  }
  try {
    const built = await build_dist({ if_stale: process.argv.includes('--if-stale') })
    if (built) {
      const names = Object.keys(entries).map((name) => `dist/${basename(name)}.js`)
      console.error(`built ${names.join(', ')}, and ${page.folder} (${page_bytes()} bytes)`)
    } else if (process.env.npm_lifecycle_event === 'build') console.error('dist is up to date')
  } catch (error) {
    // esbuild has printed its own errors with their places.
    if (!error.errors) console.error(error.message)
    process.exit(1)
  }
}
