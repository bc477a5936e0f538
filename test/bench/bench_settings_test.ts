import * as assert from 'uvu/assert'
import { default_workers, read_settings, UsageError } from '../../src/bench/bench_settings.ts'
import { PATTERNS } from '../../src/bench/pattern.ts'
import { suite } from '../harness.ts'

const test = suite('bench/bench_settings')

test('without arguments all patterns are measured with 0, 1, 2, 4 ... workers for a second each', () => {
  const settings = read_settings([], 6)
  assert.equal(settings, {
    ...{ workers: [0, 1, 2, 4, 6], patterns: PATTERNS, sizes: [16], rounds: 3, seconds: 1, scale: 1, pace: 10_000 },
    ...{ against: null, out: 'onehop-bench', json: null, runtime: null, server: null, generator: null },
  })
  assert.equal([1, 2, 3, 8].map(default_workers), [[0, 1], [0, 1, 2], [0, 1, 2, 3], [0, 1, 2, 4, 8]])
  assert.is(default_workers(96).at(-1), 64)
})

test('lists are sorted, and each number counts once', () => {
  const { workers, sizes } = read_settings(['--workers', '2,0,2', '--sizes=1024,16'], 2)
  assert.equal([workers, sizes], [[0, 2], [16, 1024]])
})

test('--scale takes the place of --seconds', () => {
  assert.equal(read_settings(['--scale', '0.1'], 2).seconds, null)
  assert.is(read_settings(['--scale', '0.1'], 2).scale, 0.1)
  assert.is(read_settings(['--seconds', '0.5'], 2).seconds, 0.5)
})

test('who is measured against, and where it goes', () => {
  assert.equal(read_settings(['--against', 'none'], 2).against, [])
  assert.equal(read_settings(['--against', 'a,/b/c'], 2).against, ['a', '/b/c'])
  assert.is(read_settings(['--out', 'none'], 2).out, null)
  assert.equal(read_settings(['--server', 'node main.js'], 2).server, ['node', 'main.js'])
  assert.is(read_settings(['--runtime', 'deno'], 2).runtime, 'deno')
})

test('wrong usage is said in a line', () => {
  const cases: [argv: string[], why: RegExp][] = [
    [['--workers', 'x'], /^--workers: "x" is no whole number from 0 to 64$/],
    [['--workers', '1,'], /^--workers: "" is no whole number/],
    [['--rounds', '0'], /^--rounds: "0" is no whole number from 1 to 1000$/],
    [['--sizes', '1.5'], /^--sizes: "1\.5"/],
    [['--seconds', '0'], /^--seconds: "0" is no number above 0$/],
    [['--seconds', '1', '--scale', '1'], /^say --seconds or --scale$/],
    [['--patterns', '('], /^--patterns: /],
    [['--patterns', 'none'], /^no pattern matches none; there are: publish only, 1:1, /],
    [['--runtime', 'bun'], /^--runtime is node or deno, not bun$/],
    [['--wrkers', '1'], /'--wrkers'/],
    [['extra'], /extra/],
  ]
  for (const [argv, why] of cases) {
    try {
      read_settings(argv, 2)
      assert.unreachable(argv.join(' '))
    } catch (error) {
      assert.instance(error, UsageError)
      assert.match((error as Error).message, why)
      assert.not.match((error as Error).message, /\n/)
    }
  }
})

test.run()
