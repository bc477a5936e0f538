import * as assert from 'uvu/assert'
import { server_object } from '../../src/connection/server_object.ts'
import type { Settings } from '../../src/connection/settings.ts'
import { create_limits, SharedLimits } from '../../src/shared/counters.ts'
import { suite } from '../harness.ts'

const test = suite('connection/server_object')

test('the server names itself; each message has the next number', () => {
  const clients = { server_name: 'n', server_id: 'N', host: 'h', version: '1.2.3' }
  const limits = new SharedLimits(create_limits(2, 1), 0, 2), other = new SharedLimits(create_limits(2, 1), 1, 2)
  const settings = { client_infos: { clients }, system: null } as unknown as Settings
  const always = { name: 'n', host: 'h', id: 'N', ver: '1.2.3', jetstream: false, flags: 0 }
  assert.equal(server_object(settings, limits, 0), { ...always, seq: 1, time: '1970-01-01T00:00:00.000Z' })
  const whole = {
    client_infos: { clients: { ...clients, cluster: 'C' } },
    system: { account: 1, tags: ['a:b'], metadata: { k: 'v' } },
  } as unknown as Settings
  assert.equal(server_object(whole, limits, 1), {
    ...always,
    ...{ cluster: 'C', tags: ['a:b'], metadata: { k: 'v' }, seq: 2, time: '1970-01-01T00:00:00.001Z' },
  })
  assert.is(other.next_sequence(), 1)
})

test.run()
