import * as assert from 'uvu/assert'
import { PassThrough } from 'node:stream'
import { PARENT_ENVIRONMENT, watch_parent } from '../../src/local_mesh/parent_pipe.ts'
import { suite } from '../harness.ts'

const test = suite('local_mesh/parent_pipe')

test('the end of the pipe is told once, whatever was written before', async () => {
  const pipe = new PassThrough()
  let gone = 0
  watch_parent(PARENT_ENVIRONMENT, () => pipe, () => void gone++)
  const closed = new Promise((resolve) => pipe.on('close', resolve))
  pipe.write('nobody reads this')
  assert.is(gone, 0)
  pipe.end()
  await closed
  assert.is(gone, 1)
})

test('a pipe that breaks has ended', async () => {
  const pipe = new PassThrough()
  const gone = new Promise<void>((resolve) => watch_parent(PARENT_ENVIRONMENT, () => pipe, resolve))
  pipe.destroy(new Error('broken'))
  await gone
})

test('a server that nobody told is not bound to its standard input', () => {
  const untouched = () => {
    throw new Error('asked for')
  }
  watch_parent({}, untouched, untouched)
  watch_parent({ ONEHOP_PARENT: 'other' }, untouched, untouched)
})

test.run()
