import * as assert from 'uvu/assert'
import { CarriedAccounts, pool_slot, WHOLE_SHARE } from '../../src/broker/route_share.ts'
import { suite } from '../harness.ts'

const test = suite('broker/route_share')

const NAMES = ['$G', '$SYS', 'A', 'B', 'APP']
const carried = (share: object, size: number, accounts: string[] = []) => {
  const carries = new CarriedAccounts({ ...WHOLE_SHARE, ...share }, { size, accounts }, (account) => NAMES[account])
  return NAMES.filter((_, account) => carries.has(account))
}

test('the place of an account is the one that every server works out', () => {
  assert.equal(NAMES.map((name) => pool_slot(name, 3)), [2, 0, 0, 0, 1])
  assert.equal([pool_slot('A', 2), pool_slot('B', 2)], [0, 1])
  assert.equal([pool_slot('B', 1), pool_slot('B', 0)], [0, 0])
})

test('the connection without a pool carries all accounts, those with their own elsewhere, too', () => {
  assert.equal(carried({}, 0), NAMES)
  assert.equal(carried({}, 3, ['A']), NAMES)
})

test('a place of the pool carries its accounts, and none that has a connection of its own', () => {
  assert.equal(carried({ pooled: true, slot: 0 }, 3, ['$SYS']), ['A', 'B'])
  assert.equal(carried({ pooled: true, slot: 1 }, 3, ['$SYS']), ['APP'])
  assert.equal(carried({ pooled: true, slot: 2 }, 3, ['$SYS']), ['$G'])
  assert.equal(carried({ pooled: true, slot: 3 }, 3), [], 'the peer has the larger pool')
  assert.equal(carried({ pooled: true, account: '$SYS' }, 3, ['$SYS']), ['$SYS'])
})

test.run()
