import * as assert from 'uvu/assert'
import { ClientAddresses } from '../../src/cluster/client_addresses.ts'
import type { MembershipAction, MembershipConfig } from '../../src/cluster/membership_events.ts'
import { suite } from '../harness.ts'
import { info, membership_config } from './membership_rig.ts'

const test = suite('cluster/client_addresses')

function make(more: Partial<MembershipConfig> = {}) {
  const actions: MembershipAction[] = []
  const addresses = new ClientAddresses(membership_config(more), (action) => void actions.push(action))
  const told = () => actions.splice(0).map((each) => 'urls' in each ? [each.urls, each.ws_urls] : each)
  return { addresses, told }
}

test('clients are told when the set changes, and only then', () => {
  const { addresses, told } = make()
  addresses.tell()
  assert.equal(told(), [])
  addresses.add('A', info('A', { connect_urls: ['a:1'] }))
  addresses.tell()
  addresses.tell()
  assert.equal(told(), [[['own:4222', 'a:1'], null]])
  addresses.withdraw('A')
  addresses.withdraw('A')
  assert.equal(told(), [[['own:4222'], null]])
})

test('addresses for websocket clients have a list of their own', () => {
  const { addresses, told } = make({ own_ws_urls: ['own:80'] })
  addresses.add('A', info('A', { ws_connect_urls: ['a:80'] }))
  addresses.tell()
  assert.equal(told(), [[null, ['own:80', 'a:80']]])
})

test('in lame duck mode our own are left out', () => {
  const { addresses, told } = make()
  addresses.add('A', info('A', { connect_urls: ['a:1'] }))
  addresses.tell()
  told()
  addresses.lame_duck()
  assert.equal(told(), [[['a:1'], null]])
})

test('with no_advertise, and once the server ends, nothing is said', () => {
  for (const is_ending of [false, true]) {
    const { addresses, told } = make({ no_advertise: !is_ending })
    if (is_ending) addresses.stop()
    addresses.add('A', info('A', { connect_urls: ['a:1'] }))
    addresses.tell()
    assert.equal(told(), [])
  }
})

test.run()
