import * as assert from 'uvu/assert'
import { check_distinct, client_of, HolderError, node_of } from '../../src/certificates/holder.ts'
import { suite } from '../harness.ts'

const test = suite('certificates/holder')
const fault = (f: () => unknown): string => {
  try {
    f()
  } catch (error) {
    assert.instance(error, HolderError)
    return (error as Error).message
  }
  return ''
}

test('a node is good on its own machine, and on the hosts that it is given, each once', () => {
  assert.equal(node_of('a'), { name: 'a', hosts: ['a', 'localhost', '127.0.0.1', '::1'] })
  assert.equal(node_of('a=a.example, 10.0.0.1,a', ['b.example']).hosts, [
    ...['a.example', '10.0.0.1', 'a', 'b.example', 'localhost', '127.0.0.1', '::1'],
  ])
})

test('a client is not dialled', () => assert.equal(client_of('billing'), { name: 'billing', hosts: [] }))

test('names whose files would be others, and hosts that are none, are refused', () => {
  assert.match(fault(() => node_of('')), 'is no NODE or NODE=HOST,HOST')
  assert.match(fault(() => node_of('a/b')), 'is no NODE')
  for (const name of ['ca', 'ca-key', 'a-key', '..']) {
    assert.match(fault(() => node_of(name)), 'can not be a name', name)
  }
  assert.match(fault(() => client_of('ca')), 'can not be a name')
  assert.match(fault(() => client_of('a b')), 'is no name of a client')
  assert.match(fault(() => node_of('a=[::1]')), '"[::1]" is no host name')
  assert.match(fault(() => node_of('a', ['x y'])), '"x y" is no host name')
  assert.match(fault(() => check_distinct([node_of('a'), client_of('a')])), '"a" is asked for twice')
  check_distinct([node_of('a'), client_of('b')])
})

test.run()
