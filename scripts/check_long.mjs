// npm run check:long: what takes longer than .ci/run may. All conformance themes under Deno, the mixed meshes under Deno, and the
// tests at their long sizes with ten times the time. Nothing is left out: a missing ../shared is a failure. The mixed meshes with
// a newer nats-server need NATS_SERVER_NEW; that it is not set is said.
import { join } from 'node:path'
import { run_process } from './child_process.mjs'
import { node_binary, root } from './runtimes.mjs'

const script = (name, ...args) => [node_binary(), join(root, 'scripts', name), ...args]
const newer = process.env.NATS_SERVER_NEW || undefined
/** The real clusters under Deno with every second member another server, in both roles. */
function mixed(name, command) {
  const args = ['--runtime', 'deno', '--themes', 'route_real_cluster', '--mixed', command]
  return [
    [`Deno and ${name}`, script('conformance.mjs', ...args)],
    [`${name}, Deno`, script('conformance.mjs', ...args, '--swapped')],
  ]
}
/** Sizes that some tests read: 20 deaths of workers under 1,000 idle connections (design.md part 8), and so on. */
const long_tests = { ONEHOP_LONG: '1', ONEHOP_TEST_IDLE: '1000', ONEHOP_TEST_DEATHS: '20' }
const steps = [
  ['tests, long', script('test.mjs', '--step', 'all', '--seconds', '1200'), long_tests],
  ['conformance under Node', script('conformance.mjs')],
  ['conformance under Deno', script('conformance.mjs', '--runtime', 'deno')],
  ...mixed('nats-server', 'nats-server'),
  ...(newer === undefined ? [] : mixed('newer nats-server', newer)),
  ['demo under Deno', script('demo.mjs', '--once', '--port-base', '24222', '--runtime', 'deno')],
]
let passed = 0
let failed = 0
for (const [name, command, env] of steps) {
  const result = await run_process(command, { seconds: 3600, cwd: root, env })
  const counts = [...result.output.matchAll(/^(\d+) passed, (\d+) failed/gm)].at(-1)
  const bad = result.code !== 0
  // A step without counts of its own is one check.
  passed += counts ? +counts[1] : bad ? 0 : 1
  failed += Math.max(counts ? +counts[2] : 0, bad ? 1 : 0)
  console.log(`${bad ? 'FAIL' : 'ok  '} ${name.padEnd(24)} ${counts?.[0] ?? ''}  ${(result.ms / 1000).toFixed(0)} s`)
  if (bad) console.log(result.output)
}
if (newer === undefined) console.log('\nnot run: mixed meshes with a newer nats-server: NATS_SERVER_NEW is not set')
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
