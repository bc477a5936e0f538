import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { type Family, metric_name, metrics_text, type Sample } from '../../src/monitor/metrics_text.ts'
import { suite } from '../harness.ts'
import { parse_metrics } from './metrics_parser.ts'

const test = suite('monitor/metrics_text')

test('a family has its help, its type and its samples', () => {
  const labels = { server_id: 'N1', kind: 'a "b"\\\n' }
  assert.is(
    metrics_text([
      { name: 'a_total', type: 'counter', help: 'One\nand \\ "two"', samples: [{ labels, value: 1.5 }] },
      { name: 'nothing', type: 'gauge', help: 'x', samples: [] },
      { name: 'b', type: 'gauge', help: 'b', samples: [{ labels: {}, value: -Infinity }, { labels: {}, value: NaN }] },
    ]),
    '# HELP a_total One\\nand \\\\ "two"\n# TYPE a_total counter\n' +
      'a_total{server_id="N1",kind="a \\"b\\"\\\\\\n"} 1.5\n' +
      '# HELP b b\n# TYPE b gauge\nb -Inf\nb NaN\n',
  )
  assert.is(metrics_text([]), '')
})

test('the series of a histogram have their names', () => {
  const samples: Sample[] = [
    { series: '_bucket', labels: { le: '+Inf' }, value: 2 },
    { series: '_sum', labels: {}, value: 3 },
    { series: '_count', labels: {}, value: 2 },
  ]
  assert.match(
    metrics_text([{ name: 'h', type: 'histogram', help: '', samples }]),
    /h_bucket\{le="\+Inf"\} 2\nh_sum 3\nh_count 2\n$/,
  )
})

test('a text becomes a name', () => {
  const names = { 'http_req_stats_/varz': 'http_req_stats_varz', 'http_req_stats_/': 'http_req_stats', 'ä.b-c': 'b_c' }
  for (const [text, name] of Object.entries(names)) assert.is(metric_name(text), name)
})

test('whatever is written is read back', () => {
  const name = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,20}$/)
  const value = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(1e21, 1e-9, 2 ** 53, 0))
  const samples = fc.array(fc.record({ labels: fc.dictionary(name, fc.string({ unit: 'binary' })), value }), {
    minLength: 1,
    maxLength: 4,
  })
  const types = fc.constantFrom<Family['type']>('counter', 'gauge', 'untyped')
  const family = fc.record({ name, type: types, help: fc.string({ unit: 'binary' }), samples })
  fc.assert(fc.property(fc.uniqueArray(family, { selector: ({ name }) => name, maxLength: 5 }), (families) => {
    const parsed = parse_metrics(metrics_text(families))
    assert.equal(
      parsed.map(({ name, type, help, samples }) => ({ name, type, help, samples: samples.length })),
      families.map(({ name, type, help, samples }) => ({ name, type, help, samples: samples.length })),
    )
    parsed.forEach(({ samples }, i) =>
      samples.forEach(({ labels, value }, n) => {
        assert.equal(Object.entries(labels), Object.entries(families[i].samples[n].labels))
        assert.ok(Object.is(value + 0, families[i].samples[n].value + 0), `${value}`)
      })
    )
  }))
})

test.run()
