import * as assert from 'uvu/assert'
import { expose, type Remote, wrap } from 'comlink'
import { MessageChannel } from 'node:worker_threads'
import { comlink_port } from '../../src/thread/comlink_port.ts'
import { suite } from '../harness.ts'

const test = suite('thread/comlink_port')

test('what a call throws arrives: an error with its name and code, anything else as it is', async () => {
  const thrown = [
    Object.assign(new RangeError('The port is taken'), { code: 'EADDRINUSE' }),
    new TypeError('The plan is empty'),
    'a text',
  ]
  const { port1, port2 } = new MessageChannel()
  expose((i: number) => Promise.reject(thrown[i]), comlink_port(port1))
  const call = wrap<(i: number) => Promise<void>>(comlink_port(port2)) as Remote<(i: number) => Promise<void>>
  const outcome = (i: number) => call(i).then(() => assert.unreachable(), (error) => error)
  const [taken, empty, text] = [await outcome(0), await outcome(1), await outcome(2)]
  assert.equal([taken.name, taken.message, taken.code], ['RangeError', 'The port is taken', 'EADDRINUSE'])
  assert.equal([empty.name, empty.message, 'code' in empty], ['TypeError', 'The plan is empty', false])
  assert.is(text, 'a text')
  port1.close()
  port2.close()
})

test.run()
