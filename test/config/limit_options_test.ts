import * as assert from 'uvu/assert'
import { MAX_CONTROL_LINE, MAX_PAYLOAD, MAX_PENDING } from '../../src/base/limits.ts'
import { LIMIT_TABLE } from '../../src/config/limit_options.ts'
import { Problems } from '../../src/config/problems.ts'
import { suite } from '../harness.ts'
import { value_of } from './config_rig.ts'

const test = suite('config/limit_options')

test('the defaults go together', () => {
  const { max_payload, max_pending, max_control_line, lame_duck_grace_ms, lame_duck_duration_ms } = LIMIT_TABLE
  assert.equal([max_payload.default, max_pending.default, max_control_line.default], [
    ...[MAX_PAYLOAD, MAX_PENDING, MAX_CONTROL_LINE],
  ])
  assert.ok(max_payload.default <= max_pending.default)
  assert.ok(lame_duck_grace_ms.default < lame_duck_duration_ms.default)
})

test('every bound is read from a number or a time, as its name says', () => {
  for (const [name, { kind, keys, default: initial }] of Object.entries(LIMIT_TABLE)) {
    if (typeof initial === 'boolean') continue
    const [said, expected] = name.endsWith('_ms') ? ['"30s"', 30_000] : ['30', 30]
    assert.is(kind.read(value_of(`x: ${said}`), keys[0], new Problems()), expected, name)
  }
})

test.run()
