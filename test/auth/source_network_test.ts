import * as assert from 'uvu/assert'
import { is_in_network, is_network } from '../../src/auth/source_network.ts'
import { suite } from '../harness.ts'

const test = suite('auth/source_network')

test('addresses are in networks of their family', () => {
  for (
    const [ip, network, is_in] of [
      ['127.0.0.1', '127.0.0.0/8', true],
      ['10.1.2.3', '10.1.2.0/24', true],
      ['10.1.3.3', '10.1.2.0/24', false],
      ['1.2.3.4', '0.0.0.0/0', true],
      ['1.2.3.4', '1.2.3.4/32', true],
      ['1.2.3.5', '1.2.3.4/32', false],
      ['fd00::1', 'fd00::/8', true],
      ['fe00::1', 'fd00::/8', false],
      ['::1', '::1/128', true],
      ['1:2:3:4:5:6:7:8', '1:2:3:4::/64', true],
      ['1.2.3.4', '::/0', false],
      ['::1', '0.0.0.0/0', false],
    ] as const
  ) assert.is(is_in_network(ip, network), is_in, `${ip} ${network}`)
})

test('what can not be read is no network, and in none', () => {
  for (
    const network of [
      '',
      '1.2.3.4',
      '1.2.3/8',
      '1.2.3.4/33',
      '1.2.3.256/8',
      '::/129',
      '1::2::3/8',
      'g::/8',
      '1:2:3:4:5:6:7:8:9/8',
      '::1/x',
    ]
  ) {
    assert.not(is_network(network), network)
    assert.not(is_in_network('1.2.3.4', network))
  }
  assert.not(is_in_network('nowhere', '0.0.0.0/0'))
})

test.run()
