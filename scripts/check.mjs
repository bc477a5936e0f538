// npm run check: the one gate. Format, lint, types under both compilers, layers, house rules, documents that are made from sources. All steps run, faults come at
// the end. `--fix` formats instead of complaining.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { command_line } from './arguments.mjs'
import { check_house } from './check_house.mjs'
import { check_layers } from './check_layers.mjs'
import { deno_binary, root, running_deno } from './runtimes.mjs'
import { list_files } from './source_text.mjs'

const options = command_line({ fix: false })
// Deno's checker gets the tests one by one: test/suites.json names them as data.
const checked_by_deno = [
  'main.ts',
  'src/mod.ts',
  ...list_files(['workers', 'test'], /(_test|_worker|main|client|route|matcher)\.ts$/),
]
const as_script = running_deno ? ['run', '-A'] : []
const steps = [
  ['format', () => run(deno_binary(), options.fix ? ['fmt'] : ['fmt', '--check'])],
  ['lint', () => run(deno_binary(), ['lint'])],
  ['types (tsc)', () => run(process.execPath, [...as_script, typescript(), '-p', '.'])],
  ['types (page)', () => run(process.execPath, [...as_script, typescript(), '-p', 'src/page'])],
  ['types (deno)', () => run(deno_binary(), ['check', ...new Set(checked_by_deno)])],
  ['layers', () => ({ faults: check_layers(), warnings: [] })],
  ['house rules', () => check_house()],
  ['documents', () => run(process.execPath, [...as_script, 'scripts/operations_doc.mjs', '--check'])],
  ['deploy', () => run(process.execPath, [...as_script, 'scripts/deploy_check.mjs'])],
]

function typescript() {
  const path = join(root, 'node_modules/typescript/bin/tsc')
  if (!existsSync(path)) throw new Error('No TypeScript in node_modules: run npm ci')
  return path
}

function run(binary, args) {
  const env = { ...process.env, NO_COLOR: '1' }
  const { status, signal, error, stdout, stderr } = spawnSync(binary, args, {
    cwd: root,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 27,
  })
  if (error) throw error
  if (status === 0) return { faults: [], warnings: [] }
  return { faults: [`${stdout}${stderr}`.trim() || `ended with ${signal ?? status} and said nothing`], warnings: [] }
}

const failures = []
for (const [name, step] of steps) {
  const began = performance.now()
  let result
  try {
    result = step()
  } catch (error) {
    result = { faults: [error.message], warnings: [] }
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(`${result.faults.length ? 'FAIL' : 'ok  '} ${name.padEnd(13)} ${seconds} s`)
  for (const warning of result.warnings) console.log(`     warning: ${warning}`)
  if (result.faults.length) failures.push([name, result.faults])
}
for (const [name, faults] of failures) console.log(`\n${name}:\n${faults.join('\n')}`)
console.log(`\n${steps.length - failures.length} passed, ${failures.length} failed`)
process.exitCode = failures.length ? 1 : 0
