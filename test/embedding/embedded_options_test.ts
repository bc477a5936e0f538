import * as assert from 'uvu/assert'
import type { Configuration } from '../../src/embedding/configuration.ts'
import { embedded_options } from '../../src/embedding/embedded_options.ts'
import { suite } from '../harness.ts'

const test = suite('embedding/embedded_options')

const options_of = (configuration: Configuration) => embedded_options(configuration).options

test('where nothing is said a server is on loopback, at a free port, in this thread, and in no cluster', () => {
  const { host, port, workers, http_port, cluster, websocket } = options_of({})
  assert.equal([host, port, workers, http_port], ['127.0.0.1', -1, 0, 0])
  assert.equal([cluster.port, websocket.port], [0, 0])
})

test('port 0 is a free one wherever a port is given', () => {
  const options = options_of({ port: 0, http_port: 0, prof_port: 0, cluster: { port: 0 }, websocket: { no_tls: true } })
  const { port, http_port, prof_port, cluster, websocket } = options
  assert.equal([port, http_port, prof_port, cluster.port, websocket.port], [-1, -1, -1, -1, -1])
  assert.equal([cluster.host, websocket.host, options.http_host], ['127.0.0.1', '127.0.0.1', '127.0.0.1'])
})

test('what is said is taken', () => {
  const { host, port, workers, cluster, ping_interval_ms, authorization } = options_of({
    ...{ listen: '0.0.0.0:4555', workers: 2, ping_interval: '3s' },
    cluster: { listen: '127.0.0.1:4556', name: 'c', routes: ['nats://h:1'] },
    authorization: { users: [{ user: 'a', password: 'b', permissions: { publish: { allow: 'x' } } }] },
  })
  assert.equal([host, port, workers, ping_interval_ms], ['0.0.0.0', 4555, 2, 3000])
  assert.equal([cluster.name, cluster.port, cluster.routes[0].host], ['c', 4556, 'h'])
  // Filled in from the top, as for a file.
  assert.is(cluster.ping_interval_ms, 3000)
  assert.is(authorization.users[0].user, 'a')
})

test('all that is wrong is told at once, each with its path, in words that a program understands', () => {
  const wrong = { serverName: 'x', port: 'y', cluster: { rutes: [] }, max_payload: 1.5, debug: 'yes' }
  let text = ''
  try {
    embedded_options(wrong as unknown as Configuration)
  } catch (error) {
    text = (error as Error).message
  }
  assert.equal(text.split('\n').sort(), [
    'configuration.cluster.rutes: unknown field "rutes"; did you mean "routes"?',
    'configuration.debug: is a text, and has to be true or false',
    'configuration.max_payload: is a number with a fraction, and has to be a whole number',
    'configuration.port: is a text, and has to be a whole number',
    'configuration.serverName: unknown field "serverName"; did you mean "server_name"?',
  ])
})

test('what only a program of its own has is refused rather than ignored', () => {
  const given = { log_file: 'x', pidfile: 'y', debug: true } as Configuration
  assert.throws(
    () => embedded_options(given),
    /^configuration\.log_file: is for a program of its own; .*\nconfiguration\.pidfile: is/,
  )
})

test('what does not go together is told', () => {
  assert.throws(
    () => embedded_options({ max_payload: 100_000_000 }),
    /^configuration: max_payload \(100000000\) cannot be higher than max_pending/,
  )
  assert.throws(() => embedded_options({ system_account: 'X' }), /account missing/)
})

test('what is not served is a warning, or refused where leaving it out would not do', () => {
  const { warnings } = embedded_options({ jetstream: true } as Configuration)
  assert.equal(warnings, ['configuration.jetstream: "jetstream" is not served by this version and has no effect'])
  assert.throws(
    () => embedded_options({ ocsp: { mode: 'must' } } as Configuration),
    /^configuration\.ocsp: "ocsp: must" is not/,
  )
})

test('the configuration that was given is left alone', () => {
  const given = Object.freeze({ cluster: Object.freeze({ routes: Object.freeze(['nats://h:1']) as string[] }) })
  const { cluster } = options_of(given)
  cluster.routes.pop()
  assert.is(given.cluster.routes.length, 1)
})

test.run()
