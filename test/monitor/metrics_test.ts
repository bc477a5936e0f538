import * as assert from 'uvu/assert'
import { Answers } from '../../src/monitor/answers.ts'
import { metrics_answer, metrics_query } from '../../src/monitor/metrics.ts'
import { ParameterError, Parameters } from '../../src/monitor/parameters.ts'
import { suite } from '../harness.ts'
import { fake_source } from './fake_source.ts'
import { parse_metrics } from './metrics_parser.ts'
import { sample_client, sample_route } from './samples.ts'

const test = suite('monitor/metrics')

async function scrape(parameters: string, clients = 2) {
  const asked: string[] = []
  const open = Array.from({ length: clients }, (_, i) => sample_client(clients - i))
  const source = fake_source({ open, routes: [sample_route(4)] }, (what) => void asked.push(what))
  const answer = await metrics_answer(source, new Answers(source), metrics_query(new Parameters(parameters), 'gnatsd'))
  return { answer, asked, families: parse_metrics(answer.body) }
}

test('without parameters everything but single connections is there, and no thread is asked for a list of clients', async () => {
  const { answer, asked, families } = await scrape('')
  assert.equal([answer.status, answer.headers['Content-Type']], [200, 'text/plain; version=0.0.4; charset=utf-8'])
  const parts = new Set(families.map(({ name }) => name.split('_').slice(0, 2).join('_')))
  for (const part of ['varz', 'connz', 'routez', 'subsz', 'accstatz', 'healthz', 'leafz']) {
    assert.ok(parts.has(`gnatsd_${part}`), part)
  }
  assert.ok(parts.has('onehop_worker'))
  assert.equal(asked, ['counts undefined', 'client sums', 'accounts', 'routes false', 'workers'])
})

test('only what is asked for is collected', async () => {
  const { asked, families } = await scrape('collect=healthz,subz')
  assert.equal(new Set(families.map(({ name }) => name.split('_')[1])), new Set(['subsz', 'healthz']))
  assert.equal(asked, ['counts undefined'])
  assert.equal((await scrape('collect=gatewayz')).families, [], 'there are none')
})

test('single connections are listed up to a bound, the oldest of them', async () => {
  const { asked, families } = await scrape('collect=connz_detailed&limit=2', 5)
  const start = families.find(({ name }) => name === 'gnatsd_connz_start')!
  assert.equal(start.samples.map(({ labels }) => labels.cid), ['1', '2'])
  assert.equal(asked, ['client sums', 'client rows by cid', '2 clients false'])
  const limit = (text: string) => metrics_query(new Parameters(`limit=${text}`), 'x').limit
  assert.equal([limit(''), limit('-1'), limit('7'), limit('1000000')], [1024, 1024, 7, 10_000])
})

test('the prefix and the label of the server are chosen', async () => {
  const { families } = await scrape('collect=healthz&prefix=nats&server_id=name')
  assert.equal([families[0].name, families[0].samples[0].labels.server_id], ['nats_healthz_status', 'alpha'])
  const by_id = await scrape('collect=onehop')
  assert.is(by_id.families[0].samples[0].labels.server_id, 'NID')
})

test('what can not be is refused', () => {
  for (const text of ['collect=jsz', 'collect=varz,', 'prefix=1a', 'prefix=a-b', 'server_id=url', 'limit=x']) {
    assert.throws(
      () => metrics_query(new Parameters(text), 'gnatsd'),
      (e: unknown) => e instanceof ParameterError,
      text,
    )
  }
})

test.run()
