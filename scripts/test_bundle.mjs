// Bundles one TypeScript test (or test worker) for Node, which can not strip types before version 22.
import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const cache = join(root, 'node_modules/.cache/onehop-test')
const thread_entries = ['client', 'route', 'matcher']

/** Bundles file to a folder of its own under node_modules/.cache/onehop-test and returns the bundle's path. Packages stay
 * external. A test that embeds the server finds the threads' code beside its bundle, as the server itself does in dist. */
export async function bundle_test(file) {
  const source = resolve(file)
  const name = basename(source, '.ts')
  const outfile = join(cache, dirname(source).replace(root, ''), name, `${name}.mjs`)
  const { metafile } = await bundle(source, outfile, {
    'globalThis.ONEHOP_TEST_SOURCE': JSON.stringify(source),
    'globalThis.ONEHOP_ROOT': JSON.stringify(root),
  })
  if (Object.keys(metafile.inputs).some((input) => input.endsWith('src/thread/worker_url.ts'))) {
    await Promise.all(
      thread_entries.map((entry) =>
        bundle(join(root, 'workers', `${entry}.ts`), join(dirname(outfile), `${entry}.js`))
      ),
    )
    // Under node_modules a .js file is a module only if the nearest package.json says so.
    writeFileSync(join(dirname(outfile), 'package.json'), '{ "type": "module" }\n')
  }
  return outfile
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
