import * as assert from 'uvu/assert'
import { LiveBlock } from '../../src/local_mesh/live_block.ts'
import { suite } from '../harness.ts'

const test = suite('local_mesh/live_block')

test('each drawing takes the place of the one before, and never more lines than it has', () => {
  let written = ''
  const block = new LiveBlock((text) => void (written += text), () => 4)
  block.draw(['one', 'two is long'])
  assert.is(written, 'one\ntwo \n')
  written = ''
  block.draw(['x'])
  assert.is(written, '\x1b[2A\x1b[Jx\n')
  written = ''
  block.leave()
  block.draw(['y'])
  assert.is(written, 'y\n')
})

test.run()
