// node scripts/run_test.mjs FILE...: bundles test files with esbuild and runs each in this process's Node, one after the other.
import { spawnSync } from 'node:child_process'
import { bundle_test } from './test_bundle.mjs'

let failed = 0
for (const file of process.argv.slice(2)) {
  const out = await bundle_test(file)
  const { status } = spawnSync(process.execPath, ['--enable-source-maps', out], { stdio: 'inherit' })
  if (status !== 0) failed++
}
process.exit(failed ? 1 : 0)
