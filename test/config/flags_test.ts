import * as assert from 'uvu/assert'
import { apply_flags, type CommandLine, parse_flags } from '../../src/config/flags.ts'
import { default_options } from '../../src/config/options.ts'
import { suite } from '../harness.ts'

const test = suite('config/flags')

function line(...argv: string[]): CommandLine {
  const parsed = parse_flags(argv)
  if ('error' in parsed) throw new Error(parsed.error)
  return parsed
}
const value = (name: string, ...argv: string[]) => line(...argv).values.get(name)?.value
const error = (...argv: string[]) => {
  const parsed = parse_flags(argv)
  return 'error' in parsed ? parsed.error : 'no error'
}
function options(argv: string[], change: Partial<ReturnType<typeof default_options>> = {}) {
  const result = Object.assign(default_options(), change)
  apply_flags(line(...argv), result)
  return result
}

test('one dash and two are the same, and a value may be glued on by =', () => {
  const forms = [['-p', '5'], ['-p=5'], ['--p', '5'], ['--port', '5'], ['--port=5'], ['-port=5'], ['-port', '5']]
  for (const argv of forms) assert.is(value('p', ...argv), 5, argv.join(' '))
  assert.is(value('l', '-l=a=b'), 'a=b')
  assert.is(value('l', '-l='), '')
})

test('a flag takes the next argument even if it looks like a flag, a boolean never does', () => {
  assert.is(value('p', '-p', '-1'), -1)
  assert.is(value('l', '-l', '-D'), '-D')
  assert.equal(line('-T', 'false').words, ['false'])
  assert.is(value('T', '-T=false'), false)
})

test('the last of repeated flags counts, across aliases too', () => {
  assert.is(value('p', '-p', '1', '--port', '5222'), 5222)
})

test('flags end at the first word, at a lone dash and behind two dashes', () => {
  assert.equal(line('-D', 'foo', '-v').words, ['foo', '-v'])
  assert.equal(line('-D', '-', '-v').words, ['-', '-v'])
  assert.equal(line('-D', '--', '-v').words, ['-v'])
})

test('what is wrong is said in the words of Go', () => {
  assert.is(error('--xxx'), 'flag provided but not defined: -xxx')
  assert.is(error('-xxx=3'), 'flag provided but not defined: -xxx')
  assert.is(error('-p4222'), 'flag provided but not defined: -p4222')
  assert.is(error('--PORT', '1'), 'flag provided but not defined: -PORT')
  assert.is(error('-p', 'abc'), 'invalid value "abc" for flag -p: parse error')
  assert.is(error('--http_port=x'), 'invalid value "x" for flag -http_port: parse error')
  assert.is(error('-p', '99999999999999999999'), 'invalid value "99999999999999999999" for flag -p: value out of range')
  assert.is(error('-D', '--config'), 'flag needs an argument: -config')
  assert.is(error('-D=maybe'), 'invalid boolean value "maybe" for -D: parse error')
  for (const argument of ['---D', '-=x', '--=x']) assert.is(error(argument), `bad flag syntax: ${argument}`)
})

test('an unknown flag gets a hint at the nearest one', () => {
  assert.equal(parse_flags(['--prot=1']), {
    error: 'flag provided but not defined: -prot',
    hint: 'did you mean -port?',
  })
  assert.equal(parse_flags(['--PORT']), { error: 'flag provided but not defined: -PORT', hint: 'did you mean -port?' })
  assert.equal(parse_flags(['--qqqqqqqq']), { error: 'flag provided but not defined: -qqqqqqqq' })
})

test('combined flags come after the simple ones', () => {
  const levels = ({ debug, trace, trace_verbose }: ReturnType<typeof default_options>) => [debug, trace, trace_verbose]
  assert.equal(levels(options(['-DV'])), [true, true, false])
  assert.equal(levels(options(['-DVV'])), [true, true, true])
  assert.equal(levels(options(['-VV'])), [false, true, true])
  assert.equal(levels(options(['-DV=false', '-D'])), [false, false, false])
  assert.equal(levels(options(['-DV=false'], { debug: true, trace: true })), [false, false, false])
  assert.equal(levels(options(['-V=false'], { debug: true, trace: true })), [true, false, false])
  assert.equal(levels(options([], { debug: true, trace: true })), [true, true, false])
})

test('zero and nothing stand for the default', () => {
  assert.is(options(['-p', '0']).port, 4222)
  assert.is(options(['-a', '']).host, '0.0.0.0')
})

test('the cluster flag sets address and credentials, or clears them', () => {
  const file = () => {
    const cluster = default_options().cluster
    Object.assign(cluster, { host: 'h', port: 1, authorization: { user: 'a', password: 'b', timeout_ms: 5 } })
    return { cluster }
  }
  assert.equal(options(['-cluster', 'nats://i:p@k:2'], file()).cluster.authorization, {
    ...{ user: 'i', password: 'p', timeout_ms: 5 },
  })
  const cleared = options(['--cluster_listen=nats://:-1'], file()).cluster
  assert.equal([cleared.host, cleared.port, cleared.authorization], ['0.0.0.0', -1, { timeout_ms: 5 }])
  assert.is(options(['-cluster', ''], file()).cluster.port, 0)
  assert.is(options(['-cluster_name', 'east'], file()).cluster.name, 'east')
})

test('routes of the command line replace those of the file and need a cluster', () => {
  const { cluster } = default_options()
  cluster.port = 1
  cluster.routes = [{ scheme: 'nats', host: 'old', port: 1 }]
  assert.equal(options(['-routes', 'nats://h:2'], { cluster }).cluster.routes.map((route) => route.host), ['h'])
  assert.equal(options(['-routes', ''], { cluster }).cluster.routes, [])
  assert.throws(
    () => options(['-routes', 'nats://h:1']),
    'solicited routes require cluster capabilities, e.g. --cluster',
  )
})

test('workers and listener are checked', () => {
  assert.is(options(['--workers', '3']).workers, 3)
  assert.is(options([]).workers, undefined)
  assert.is(options(['--listener', 'single']).listener, 'single')
  assert.throws(() => options(['--workers', '-1']), 'workers must be between 0 and 64, got -1')
  assert.throws(() => options(['--listener', 'x']), /listener must be "auto" or .*, got "x"/)
})

test.run()
