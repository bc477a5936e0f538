import * as assert from 'uvu/assert'
import { cores_text, machine_text } from '../../src/bench/bench_machine.ts'
import { suite } from '../harness.ts'

const test = suite('bench/bench_machine')

test('the machine is one line', () => {
  assert.match(machine_text(), /^[^\n]+, \d+ cores?, \d+ GiB, \w+ [^\n]+$/)
  assert.equal([cores_text(1), cores_text(2)], ['1 core', '2 cores'])
})

test.run()
