// Bundles one TypeScript test (or test worker) for Node, which can not strip types before version 22.
import { copyFileSync, mkdirSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** In the checkout, not in node_modules: several checkouts may share that one by a link. */
const cache = join(root, '.cache/test')
const thread_entries = ['client', 'route', 'matcher']

/** Bundles file to a folder of its own under .cache/test and returns the bundle's path. Packages stay external. A test that
 * embeds the server finds the threads' code beside its bundle, as the server itself does in dist. */
export async function bundle_test(file) {
  const source = resolve(file)
  const name = basename(source, '.ts')
  const outfile = join(cache, dirname(source).replace(root, ''), name, `${name}.mjs`)
  const { metafile } = await bundle(source, outfile, {
    'globalThis.ONEHOP_TEST_SOURCE': JSON.stringify(source),
    'globalThis.ONEHOP_ROOT': JSON.stringify(root),
  })
  if (Object.keys(metafile.inputs).some((input) => input.endsWith('src/thread/worker_url.ts'))) {
    for (const made of await thread_bundles()) copyFileSync(made, join(dirname(outfile), basename(made)))
  }
  return outfile
}

let made_threads

/** The threads' code, which is the same for all tests: bundled once in this process. */
function thread_bundles() {
  made_threads ??= Promise.all(thread_entries.map(async (entry) => {
    const outfile = join(cache, 'workers', `${entry}.js`)
    await bundle(join(root, 'workers', `${entry}.ts`), outfile)
    return outfile
  }))
  return made_threads
}

async function bundle(entry, outfile, define = {}) {
  mkdirSync(dirname(outfile), { recursive: true })
  return await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    packages: 'external',
    logLevel: 'error',
    metafile: true,
    define,
  })
}
