import * as assert from 'uvu/assert'
import { system_clock } from '../../src/base/clock.ts'
import { take_profile } from '../../src/base/thread_profile.ts'
import { suite } from '../harness.ts'

const test = suite('base/thread_profile')

test('both kinds are what developer tools read', async () => {
  const cpu = JSON.parse(await take_profile('cpu', 20, system_clock()))
  assert.ok(cpu.nodes.length > 0 && cpu.endTime > cpu.startTime)
  const heap = JSON.parse(await take_profile('heap', 20, system_clock()))
  assert.ok(Array.isArray(heap.head.children))
})

test.run()
