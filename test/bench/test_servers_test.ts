import * as assert from 'uvu/assert'
import { port_in, server_configuration } from '../../src/bench/test_servers.ts'
import { suite } from '../harness.ts'

const test = suite('bench/test_servers')

test('a server listens on ports that the system gives, and writes down which', () => {
  assert.is(server_configuration('/t/a', false, 0), 'listen: "127.0.0.1:-1"\nports_file_dir: "/t/a"\n')
  assert.match(server_configuration('/t/a', true, 0), /cluster \{ name: bench, listen: "127\.0\.0\.1:-1", {2}\}\n$/)
  assert.match(server_configuration('/t/a', true, 99), /routes: \["nats-route:\/\/127\.0\.0\.1:99"\] \}\n$/)
})

test('a ports file may be half written', () => {
  const text = '{"nats":["nats://127.0.0.1:4222"],"cluster":["nats://127.0.0.1:6222"]}'
  assert.equal([port_in(text, 'nats'), port_in(text, 'cluster'), port_in(text, 'websocket')], [4222, 6222, 0])
  for (let length = 0; length < text.length; length++) assert.is(port_in(text.slice(0, length), 'nats'), 0)
})

test.run()
