// Node alone has bare handles; elsewhere there is nothing to test but that.
import * as assert from 'uvu/assert'
import { load_handle_binding } from '../../src/net/handle_transport.ts'
import { handle_reading } from '../../src/net/reading.ts'
import { suite } from '../harness.ts'
import { transport_table } from './transport_table.ts'

const test = suite('net/handle_transport', 20_000)
const binding = load_handle_binding()

test('Node has the binding and Deno has none', () => {
  assert.is(binding === null, 'deno' in process.versions)
})

if (binding !== null) transport_table(test, handle_reading(binding))

test.run()
