import * as assert from 'uvu/assert'
import { read_ocsp, read_ocsp_cache, read_ocsp_peer } from '../../src/config/ocsp_options.ts'
import { Problems } from '../../src/config/problems.ts'
import { suite } from '../harness.ts'
import { line_of, value_of } from './config_rig.ts'

const test = suite('config/ocsp_options')

type Reader = (value: ReturnType<typeof value_of>, problems: Problems) => void

/** Refused at start, without effect, neither, or what is wrong. */
function read(reader: Reader, text: string): string {
  const problems = new Problems()
  const line = line_of(() => reader(value_of(`o: ${text}`), problems), problems).replace(/^f:\d+:\d+: /, '')
  return line || (problems.refusals.length > 0 ? 'refused' : problems.notices.length > 0 ? 'noticed' : '')
}

test('who wants to be sure that certificates hold is refused, who does not mind is told', () => {
  const cases: [text: string, said: string][] = [
    ...[['true', 'noticed'], ['false', ''], ['{ mode: Never }', ''], ['{ url: "http://h" }', 'noticed']] as [
      string,
      string,
    ][],
    ...[['{ mode: must }', 'refused'], ['{ mode: always }', 'refused']] as [string, string][],
    ['{ mode: x }', 'error parsing ocsp config: unsupported ocsp mode string'],
    ['{ Mode: must }', 'error parsing ocsp config: unsupported field string'],
    ['{ urls: [] }', 'interface conversion: interface {} is []interface {}, not []string'],
    ['5', 'error parsing ocsp config: unsupported type int64'],
  ]
  for (const [text, said] of cases) assert.is(read(read_ocsp, text), said, text)
})

test('a cache for what is not asked has no effect', () => {
  assert.equal(['true', 'false', '{ type: Local, save_interval: "1m" }'].map((text) => read(read_ocsp_cache, text)), [
    'noticed',
    '',
    'noticed',
  ])
  assert.is(read(read_ocsp_cache, '{ type: x }'), 'error parsing OCSP peer cache config, unknown type [x]')
  assert.is(read(read_ocsp_cache, '{ x: 1 }'), 'error parsing OCSP peer cache config, unknown field ["x"]')
  assert.match(read(read_ocsp_cache, '{ save_interval: [] }'), 'conversion error: unexpected type')
})

test('certificates of peers are not asked about, so nobody shall rely on it', () => {
  assert.equal(['true', 'false', '{ verify: true }', '{ warn_only: true }'].map((text) => read(read_ocsp_peer, text)), [
    'refused',
    '',
    'refused',
    '',
  ])
  assert.is(read(read_ocsp_peer, '{ verify: 1 }'), 'error parsing tls peer config, unknown field ["verify"]')
  assert.match(read(read_ocsp_peer, '{ ca_timeout: x }'), 'conversion error: time: invalid duration "x"')
})

test.run()
