import * as assert from 'uvu/assert'
import { healthz_query, healthz_report } from '../../src/monitor/healthz_report.ts'
import { Parameters } from '../../src/monitor/parameters.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/healthz_report')

const answer = (query: string, missing: string[] = [], peers: string[] = []) => {
  const { status, body, warning } = healthz_report(healthz_query(new Parameters(query)), missing, peers)
  return [status, JSON.stringify(body), warning]
}

test('a server that is up is ok, whatever is asked about JetStream', () => {
  for (
    const query of ['', 'details=1', 'js-enabled-only=1', 'js-server-only=t', 'js-meta-only=true', 'account=x&stream=a']
  ) {
    assert.equal(answer(query), [200, '{"status":"ok"}', ''])
  }
})

test('what is not up is named', () => {
  const text = 'failed to be ready for connections after 1ms: server, route'
  assert.equal(answer('', ['server', 'route']), [
    500,
    `{"status":"error","error":"${text}"}`,
    `Healthcheck failed: "${text}"`,
  ])
  assert.equal(answer('details=1', ['server', 'route']), [
    500,
    `{"status":"error","errors":[{"type":"CONNECTION","error":"${text}"}]}`,
    'Healthcheck failed: 1 errors',
  ])
})

test('a server that is missing from the mesh counts for who asks about the mesh', () => {
  assert.is(answer('', [], ['h:1'])[0], 200)
  assert.is(answer('mesh=1', [], [])[0], 200)
  const text = 'missing from the mesh: h:1, h:2'
  assert.equal(answer('mesh=1', [], ['h:1', 'h:2']), [
    503,
    `{"status":"error","error":"${text}"}`,
    `Healthcheck failed: "${text}"`,
  ])
})

test('a stream needs its account and a consumer its stream', () => {
  const stream = String.raw`\"account\" must not be empty when checking stream health`
  assert.equal(answer('stream=a', ['server']), [
    400,
    `{"status":"error","error":"${stream}"}`,
    `Healthcheck failed: "${stream}"`,
  ])
  assert.is(answer('stream=a&details=1')[1], `{"status":"error","errors":[{"type":"BAD_REQUEST","error":"${stream}"}]}`)
  assert.is(
    answer('account=a&consumer=b')[1],
    String.raw`{"status":"error","error":"\"stream\" must not be empty when checking consumer health"}`,
  )
})

test('booleans are checked', () => {
  for (const name of ['js-enabled-only', 'js-server-only', 'js-enabled', 'js-meta-only', 'details']) {
    assert.throws(() => answer(`${name}=xxx`), `Error decoding boolean for '${name}'`)
  }
})

test.run()
