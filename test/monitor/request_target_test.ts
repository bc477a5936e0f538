import * as assert from 'uvu/assert'
import { parse_target } from '../../src/monitor/request_target.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/request_target')

test('paths are decoded and cleaned', () => {
  const path = (target: string) => {
    const parsed = parse_target(target)!
    return [parsed.path, parsed.is_unclean]
  }
  assert.equal(path('/varz'), ['/varz', false])
  assert.equal(path('/'), ['/', false])
  assert.equal(path('/v%61rz'), ['/varz', false])
  assert.equal(path('/varz/'), ['/varz/', false])
  assert.equal(path('//varz'), ['/varz', true])
  assert.equal(path('/a/../varz//'), ['/varz/', true])
  assert.equal(path('/../..'), ['/', true])
  assert.equal(path('*'), ['/*', true])
})

test('the query stays as it came', () => {
  assert.is(parse_target('/varz?a=%zz?b')!.query, 'a=%zz?b')
  assert.is(parse_target('/varz')!.query, '')
})

test('the absolute form is taken, bad escapes are not', () => {
  assert.equal(parse_target('http://host:1/varz?x=1'), { path: '/varz', query: 'x=1', is_unclean: false })
  assert.is(parse_target('/%zz'), null)
})

test.run()
