// Bundles one TypeScript test (or test worker) for Node, which can not strip types before version 22.
import { mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Bundles file to node_modules/.cache/onehop-test/...mjs and returns that path. Packages stay external. */
export async function bundle_test(file) {
  const source = resolve(file)
  const outfile = join(root, 'node_modules/.cache/onehop-test', source.replace(root, '').replace(/\.ts$/, '.mjs'))
  mkdirSync(dirname(outfile), { recursive: true })
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    packages: 'external',
    logLevel: 'error',
    define: { 'globalThis.ONEHOP_TEST_SOURCE': JSON.stringify(source), 'globalThis.ONEHOP_ROOT': JSON.stringify(root) },
  })
  return outfile
}
