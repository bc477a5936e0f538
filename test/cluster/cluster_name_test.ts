import * as assert from 'uvu/assert'
import { adopted_cluster_name, judge_cluster_name } from '../../src/cluster/cluster_name.ts'
import { suite } from '../harness.ts'

const test = suite('cluster/cluster_name')

test('the rule of names holds for every pair', () => {
  // ours, dynamic, theirs, dynamic
  const cases: [string, boolean, string, boolean, string][] = [
    ['a', false, 'a', false, 'same'],
    ['a', true, 'a', false, 'same'],
    ['a', false, 'a', true, 'same'],
    ['a', false, 'b', false, 'conflict'],
    ['a', false, 'b', true, 'conflict'],
    ['a', false, 'A', false, 'conflict'],
    ['a', false, '', false, 'conflict'],
    ['a', true, '', false, 'conflict'],
    ['b', true, 'a', false, 'adopt'],
    ['a', true, 'b', false, 'adopt'],
    ['a', true, 'b', true, 'adopt'],
    ['b', true, 'a', true, 'conflict'],
    ['a', true, '!', true, 'conflict'],
    ['a', true, '~', true, 'adopt'],
  ]
  for (const [name, dynamic, theirs, theirs_dynamic, want] of cases) {
    const verdict = judge_cluster_name({ name, dynamic }, { name: theirs, dynamic: theirs_dynamic })
    assert.is(verdict, want, `${name} ${dynamic} ${theirs} ${theirs_dynamic}`)
  }
})

test('two dynamic servers never adopt or refuse each other both', () => {
  for (const [a, b] of [['a', 'b'], ['x', 'aa'], ['~', '!']]) {
    const one = judge_cluster_name({ name: a, dynamic: true }, { name: b, dynamic: true })
    const two = judge_cluster_name({ name: b, dynamic: true }, { name: a, dynamic: true })
    assert.equal([one, two].sort(), ['adopt', 'conflict'])
  }
})

test('only the CONNECT of a static peer makes our name static', () => {
  assert.is(adopted_cluster_name({ name: 'a', dynamic: false }, 'connect').dynamic, false)
  assert.is(adopted_cluster_name({ name: 'a', dynamic: true }, 'connect').dynamic, true)
  assert.is(adopted_cluster_name({ name: 'a', dynamic: false }, 'info').dynamic, true)
})

test.run()
