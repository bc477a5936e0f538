// The command in this process where it only speaks, and as a process where it measures. Node only (child_process).
import * as assert from 'uvu/assert'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchReport } from '../../src/bench/bench_report.ts'
import { BENCH_COMMAND } from '../../src/cli/bench_command.ts'
import { start_program, stop_programs } from '../cluster_process/program.ts'
import { suite } from '../harness.ts'

const test = suite('cli/bench_command', 60_000)
const folder = mkdtempSync(join(tmpdir(), 'onehop-bench-test-'))
test.after.each(stop_programs)
test.after(() => rmSync(folder, { recursive: true, force: true }))

const run = (...argv: string[]) =>
  BENCH_COMMAND.run({
    ...{ argv, environment: {}, interrupted: () => new AbortController().signal },
    terminal: { write() {}, write_error() {}, is_terminal: false, columns: 80 },
  })

test('the help names every option and pattern, and fits into lines', async () => {
  const { stdout, exit } = await run('--help')
  assert.is(exit, 0)
  assert.equal(await run('-h'), { stdout, stderr: '', exit: 0 })
  const options = ['workers', 'patterns', 'sizes', 'against', 'runtime', 'server', 'generator', 'rounds', 'seconds']
  for (const name of [...options, 'scale', 'pace', 'out', 'json']) {
    assert.match(stdout, new RegExp(`^ {4}--${name} `, 'm'))
  }
  assert.match(stdout, /^ {4}queue 2:4 +2 publishers, 4 subscribers/m)
  assert.ok(stdout.split('\n').every((line) => line.length <= 130))
})

test('wrong usage ends with 2 and a line that says why', async () => {
  assert.equal(await run('--rounds', '0'), {
    ...{ stdout: '', exit: 2 },
    stderr: 'onehop bench: --rounds: "0" is no whole number from 1 to 1000\nsee: onehop help bench\n',
  })
})

test('a server or a program that is not there ends it with 1', async () => {
  const { stderr, exit } = await run('--against', '/no/such/server', '--out', 'none')
  assert.is(exit, 1)
  assert.match(stderr, /^onehop bench: --against: \/no\/such\/server --version fails; is it there\?\n$/)
})

const FLAGS = ['bench', '--patterns', '^(1:1|one hop 1:1|request-reply)$', '--scale', '0.01', '--rounds', '1']

test('a small run prints tables, and leaves figures and pictures', async () => {
  const out = join(folder, 'pictures')
  const program = start_program([...FLAGS, '--workers', '0,1', '--against', 'none', '--out', out])
  assert.equal(await program.ended, { code: 0, signal: null }, program.lines.join('\n'))
  const text = program.lines.join('\n')
  assert.match(text, /^1:1, 0 workers, round 1 of 1: [\d,]+ deliveries per second \(\d+ s left\)$/m)
  assert.match(text, /^1:1, deliveries +[\d,]+\*? +[\d,]+\*?$/m)
  assert.match(text, /^request-reply, 1 worker +\d+ +\d+ +\d+ +\d+$/m)
  assert.equal(readdirSync(out).sort(), ['bench.json', 'cpu.svg', 'latency.svg', 'throughput.svg'])
  const report = JSON.parse(readFileSync(join(out, 'bench.json'), 'utf8')) as BenchReport
  assert.match(report.date, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  assert.equal(report.contenders.map(({ name }) => name), ['0 workers', '1 worker'])
  assert.equal(report.cells.map(({ name, servers }) => [name, servers]), [['1:1', 1], ['one hop 1:1', 2], [
    'request-reply',
    1,
  ]])
  for (const { results } of report.cells) {
    for (const { rate, failures, samples } of results) {
      assert.ok(rate! > 0)
      assert.equal([failures, samples.length], [[], 1])
    }
  }
})

test('a server that does not start is a failure that is told, and nothing is left of it', async () => {
  const json = join(folder, 'failed.json')
  const program = start_program([
    ...[
      ...FLAGS,
      '--workers',
      '0',
      '--against',
      'none',
      '--out',
      'none',
      '--json',
      json,
      '--server',
      `${process.execPath} /no/such/main.js`,
    ],
  ])
  assert.is((await program.ended).code, 1, program.lines.join('\n'))
  assert.match(program.lines.join('\n'), /^FAILED 1:1, 0 workers: .*main\.js --workers 0 did not start: /m)
  assert.ok(existsSync(json))
})

test('Ctrl-C ends it and all that it has started', async () => {
  const out = join(folder, 'none')
  const program = start_program(['bench', '--workers', '0', '--against', 'none', '--seconds', '60', '--out', out])
  const own = program.child.pid!
  const children = () => readFileSync(`/proc/${own}/task/${own}/children`, 'utf8').trim().split(' ').filter(Boolean)
  let started: string[] = []
  while (started.length < 2) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    if (process.platform !== 'linux') break
    started = children()
  }
  program.child.kill('SIGTERM')
  assert.equal(await program.ended, { code: 130, signal: null })
  assert.is(program.lines.at(-1), 'interrupted')
  assert.ok(started.every((pid) => !existsSync(`/proc/${pid}`)))
  assert.not.ok(existsSync(out))
})

test.run()
