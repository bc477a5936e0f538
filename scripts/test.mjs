// npm test [-- REGEX] [--node] [--deno] [--step test|processes|full|all]: suites of test/suites.json, each in a process of its own,
// first under Node, then those that start no servers under Deno. Without a step it is `test`, or `all` for suites that are named.
// The last line is "N passed, N failed", counted in tests.
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { build_dist } from '../build.mjs'
import { command_line } from './arguments.mjs'
import { run_process } from './child_process.mjs'
import { deno_binary, node_binary, root } from './runtimes.mjs'
import { list_files } from './source_text.mjs'
import { bundle_test } from './test_bundle.mjs'

const options = command_line({ node: false, deno: false, jobs: '2', seconds: '120', step: '' })
const step = options.step || (options.rest.length ? 'all' : 'test')
const wanted = new RegExp(options.rest.join('|') || '.')
const totals = { passed: 0, failed: 0 }
const failures = []
const not_run = []

/** The suites to run; what is listed and what is there must be the same. */
async function chosen_suites() {
  const { suites } = await import(pathToFileURL(await bundle_test(join(root, 'test/main.ts'))).href)
  const listed = suites.map(({ file }) => `test/${file}`).sort()
  const there = list_files(['test'], /_test\.ts$/)
  for (const file of new Set([...listed, ...there])) {
    if (listed.includes(file) && there.includes(file)) continue
    if (!wanted.test(file)) continue
    add_failure(
      file,
      `${listed.includes(file) ? 'does not exist' : 'is not in the list'}: node scripts/list_suites.mjs`,
    )
  }
  return suites.filter(({ file, steps = ['test'] }) =>
    wanted.test(`test/${file}`) && there.includes(`test/${file}`) && (step === 'all' || steps.includes(step))
  )
}

function add_failure(name, text) {
  totals.failed++
  failures.push(`${name}: ${text}`)
}

/** Runs one file and adds what its summary says. A file that says nothing, or runs no test, is a failure. */
async function run_file(label, command) {
  const result = await run_process(command, {
    seconds: +options.seconds,
    cwd: root,
    env: { FORCE_COLOR: '0', NO_COLOR: '1', ...(step === 'full' ? { ONEHOP_FULL: '1' } : {}) },
  })
  const count = (word) =>
    [...result.output.matchAll(new RegExp(`^\\s*${word}:\\s+(\\d+)`, 'gm'))].reduce((sum, match) => sum + +match[1], 0)
  const total = count('Total')
  const passed = count('Passed')
  const skipped = count('Skipped')
  const faults = []
  if (result.timed_out) faults.push(`no end within ${options.seconds} s`)
  else if (result.code !== 0) faults.push(`exit code ${result.code ?? result.signal}`)
  if (total === 0) faults.push('ran no test')
  if (skipped) faults.push(`${skipped} skipped`)
  if (result.left_behind) faults.push('left processes running')
  // A test that failed is counted as such; any other fault of the file counts as one more.
  const failed = Math.max(total - passed, faults.length ? 1 : 0)
  totals.passed += passed
  totals.failed += failed
  const line = `${failed ? 'FAIL' : 'ok  '} ${label.padEnd(48)} ${String(passed).padStart(4)} passed ${
    (result.ms / 1000).toFixed(1).padStart(6)
  } s`
  console.log(faults.length ? `${line}  ${faults.join(', ')}` : line)
  // What a suite could not do here is no failure, and is not passed over in silence either.
  for (const [note] of failed ? [] : result.output.matchAll(/^not run: .*$/gm)) {
    console.log(note)
    not_run.push(`${label}: ${note}`)
  }
  if (failed) {
    console.log(result.output.trimEnd())
    failures.push(`${label}: ${faults.join(', ') || `${failed} failed`}`)
  }
}

/** Those of many processes are the longest: they come first, so that none of them is left at the end beside an idle core. */
const is_long = ({ steps = [] }) => steps.includes('processes')

/** Runs the suites, some at a time; those that measure run one at a time, behind the others. */
async function in_turns(suites, run) {
  const together = suites.filter(({ alone }) => !alone)
  const queue = [...together.filter(is_long), ...together.filter((suite) => !is_long(suite))]
  const work = async () => {
    while (queue.length) await run(queue.shift())
  }
  await Promise.all(Array.from({ length: +options.jobs }, work))
  for (const suite of suites.filter(({ alone }) => alone)) await run(suite)
}

const suites = await chosen_suites()
if (suites.length === 0) add_failure(String(wanted), `no suite of that name in the step ${step}`)
if (options.node || !options.deno) {
  if (suites.some(({ processes }) => processes)) {
    await build_dist({ if_stale: true }).catch((error) => add_failure('build', error.message))
  }
  await in_turns(suites, async ({ file }) => {
    try {
      const bundle = await bundle_test(join(root, 'test', file))
      await run_file(`node test/${file}`, [node_binary(), '--enable-source-maps', bundle])
    } catch (error) {
      add_failure(`node test/${file}`, error.message)
    }
  })
}
if (options.deno || !options.node) {
  const threads_only = suites.filter(({ processes }) => !processes)
  await in_turns(
    threads_only,
    ({ file }) => run_file(`deno test/${file}`, [deno_binary(), 'run', '-A', join(root, 'test', file)]),
  )
}
if (not_run.length) console.log(`\n${not_run.join('\n')}`)
if (failures.length) console.log(`\n${failures.join('\n')}`)
console.log(`\n${totals.passed} passed, ${totals.failed} failed`)
process.exit(totals.failed ? 1 : 0)
