import * as assert from 'uvu/assert'
import { check_ports } from '../../src/local_mesh/free_ports.ts'
import { MeshError } from '../../src/local_mesh/mesh_error.ts'
import { plan_members } from '../../src/local_mesh/mesh_plan.ts'
import { suite } from '../harness.ts'

const test = suite('local_mesh/free_ports')

/** A machine where those are taken, on one address. */
const machine = (taken: (port: number) => boolean, taken_host = '127.0.0.1') => ({
  listen: (host: string, port: number) =>
    host === taken_host && taken(port) ? Promise.reject(new Error('EADDRINUSE')) : Promise.resolve(),
  port_owner: (port: number) => port === 4224 ? { pid: 7, name: 'nginx' } : null,
})
const fault = async (taken: (port: number) => boolean, count = 2, host?: string): Promise<string> => {
  try {
    await check_ports(plan_members(count, 4222), machine(taken, host))
  } catch (error) {
    assert.instance(error, MeshError)
    return (error as Error).message
  }
  return ''
}

test('free ports are no matter', async () => assert.is(await fault(() => false), ''))

test('each port that is taken is told, with whose it is, and a base that is free', async () => {
  assert.is(
    await fault((port) => port === 4224 || port === 5248),
    'port 4224 (monitoring of a) is in use by process 7 (nginx)\nport 5248 (routes of b) is in use\n' +
      'free them, or choose other ports: --port-base 14222',
  )
  assert.match(await fault((port) => port === 4222 || port === 15_222), /^port 4222 .*\nfree it, .*--port-base 24222$/)
})

test('a port counts as taken on any address', async () => {
  assert.match(await fault((port) => port === 4222, 1, '0.0.0.0'), 'port 4222 (clients of a) is in use')
})

test('where nothing is free no base is promised', async () => {
  assert.match(await fault(() => true, 1), /choose other ports with --port-base PORT$/)
})

test.run()
