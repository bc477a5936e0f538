import * as assert from 'uvu/assert'
import { backup_stamp, surplus_backups } from '../../src/base/log_backup.ts'
import { suite } from '../harness.ts'

const test = suite('base/log_backup')

test('the stamp is the local time down to nine digits', () => {
  const date = new Date(2026, 0, 2, 3, 4, 5, 6)
  assert.is(backup_stamp(date.getTime()), '2026.01.02.03.04.05.006000000')
  assert.is(backup_stamp(date.getTime() + 0.5), '2026.01.02.03.04.05.006500000')
  assert.is(backup_stamp(date.getTime() - 6), '2026.01.02.03.04.05.000000000')
})

test('the oldest are too many, and only what has a time for a name counts', () => {
  const at = (day: number) => `x.log.2026.01.${String(day).padStart(2, '0')}.03.04.05.006500000`
  const names = [
    'x.log',
    at(3),
    at(1),
    at(2),
    'x.log.1',
    'x.log.2026.01.02',
    'x.log.2026.01.32.03.04.05.1',
    'y.log',
    `${at(4)}.gz`,
  ]
  assert.equal(surplus_backups(names, 'x.log', 2), [at(1)])
  assert.equal(surplus_backups(names, 'x.log', 0), [at(1), at(2), at(3)])
  assert.equal(surplus_backups(names, 'x.log', 3), [])
  assert.equal(surplus_backups(names, 'y.log', 0), [])
  const impossible = [
    'x.2026.02.29.00.00.00',
    'x.2026.01.01.24.00.00.1',
    'x.2026.01.01.00.60.00',
    'x.2026.01.01.00.00.60',
  ]
  assert.equal(surplus_backups(['x.2024.02.29.23.59.59', ...impossible], 'x', 0), ['x.2024.02.29.23.59.59'])
})

test.run()
