import * as assert from 'uvu/assert'
import { DEFAULT } from '../../src/review/place.ts'
import { map, maps, one, row, type Scalar, secret, unsaid } from '../../src/review/setting.ts'
import { file_text, settings_json } from '../../src/review/setting_text.ts'
import { parse_file } from '../../src/config/parser.ts'
import { suite } from '../harness.ts'

const test = suite('review/setting_text')
const SAID = { text: 'f:1:0', is_said: true }

const ALL = [
  one('port', 4222, SAID),
  row('tags', ['a', 'b'], DEFAULT),
  unsaid('workers', 'decided at start', DEFAULT),
  map('cluster', [
    {
      key: 'routes',
      body: { kind: 'list', items: [{ value: 'x', masked: 'y', place: SAID }] },
      place: DEFAULT,
    } as const,
    map('empty', [], DEFAULT),
  ], SAID),
  maps('users', [[one('user', 'u', SAID), secret('password', 'p', SAID)]], SAID),
  maps('exports', [], DEFAULT),
]

test('settings become a file, with their places in comments', () => {
  const lines = file_text(ALL, false).split('\n').map((line) => line.replace(/ {2,}#/, ' #'))
  assert.equal(lines, [
    'port: 4222 # f:1:0',
    'tags: ["a", "b"] # default',
    '# workers: decided at start # default',
    'cluster {',
    ...['  routes: [', '    "y" # f:1:0', '  ]', '  empty {} # default'],
    '}',
    ...['users: [', '  {', '    user: "u" # f:1:0', '    password: "[REDACTED]" # f:1:0', '  }', ']'],
    'exports: [] # default',
    '',
  ])
  assert.match(file_text(ALL, true), /"x" .*\n[^]*password: "p"/)
})

test('comments stand below each other, and stay in one line', () => {
  const [first, second] = file_text(
    [one('a', 1, SAID), one('b', 'x'.repeat(60), { text: 'a\nb', is_said: true })],
    true,
  )
    .split('\n')
  assert.is(first, `${'a: 1'.padEnd(40)}  # f:1:0`)
  assert.is(second, `b: "${'x'.repeat(60)}"  # a b`)
})

test('whatever a text, a number or a key is, it is read as it was', () => {
  const values: Scalar[] = [
    '',
    'a b',
    '$HOME',
    '"',
    '\\',
    '\n\t\r',
    '\x00\x1f\x7f',
    '# no comment',
    'yes',
    '1k',
    'ü€😀',
    '(',
  ]
  values.push(0, -1, 2 ** 63, 2 ** 53, -(2 ** 63), true, false)
  const keys = ['a', 'INCLUDE', 'include', 'a b', '"', "'", 'a.b.*', '$G', 'ü', '#', 'a=b', '-']
  for (const value of values) {
    const text = file_text([one('k', value, DEFAULT)], true)
    const read = parse_file('f', { environment: {}, read: () => text }).get('k')!
    assert.is(typeof value === 'number' ? Number(read.value) : read.value, value, text)
  }
  for (const key of keys) {
    const text = file_text([map('m', [one(key, 1, DEFAULT)], DEFAULT), one(key, 2, DEFAULT)], true)
    const entries = parse_file('f', { environment: {}, read: () => text })
    const inner = entries.get('m')!
    assert.is(entries.get(key)?.value, 2n, text)
    assert.is(inner.kind === 'map' && inner.value.get(key)?.value, 1n, text)
  }
})

test('the same as JSON, secrets masked there too', () => {
  assert.equal(settings_json(ALL, false), {
    port: { value: 4222, origin: 'f:1:0' },
    tags: { value: ['a', 'b'], origin: 'default' },
    workers: { value: null, note: 'decided at start', origin: 'default' },
    cluster: { routes: [{ value: 'y', origin: 'f:1:0' }], empty: {} },
    users: [{ user: { value: 'u', origin: 'f:1:0' }, password: { value: '[REDACTED]', origin: 'f:1:0' } }],
    exports: [],
  })
})

test.run()
