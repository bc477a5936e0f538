// What the server tells on its own, and when.
import * as assert from 'uvu/assert'
import { make_log } from '../../src/base/log.ts'
import { type NewsContext, SystemNews } from '../../src/monitor/system_news.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'
import { sample_account } from './samples.ts'

const test = suite('monitor/system_news')

function make(change: Partial<NewsContext> = {}) {
  const clock = new ManualClock(0), told: string[] = [], log: string[] = []
  const news = new SystemNews({
    clock,
    log: make_log((level, text) => log.push(`${level} ${text}`), false, false),
    server_id: 'NID',
    accounts: () => Promise.resolve([sample_account('A'), sample_account('B', { connections: 0 })]),
    is_wanted: () => true,
    server_object: () => ({ id: 'NID' }),
    statsz: () => Promise.resolve({ statsz: {} }),
    tell: (subject, content) => {
      told.push(`${clock.now_ms()} ${subject} ${(content as { conns?: number }).conns ?? ''}`.trim())
      return Promise.resolve()
    },
    event_id: () => 'id',
    ...change,
  })
  const pass = async (ms: number, step = 10) => {
    for (let left = ms; left > 0; left -= step) {
      clock.pass(step)
      for (let i = 0; i < 8; i++) await Promise.resolve()
    }
  }
  return { news, pass, told, log, clock }
}

test('figures come soon, then less often, every 10 seconds in the end', async () => {
  const { news, pass, told } = make()
  news.start()
  await pass(29_000, 250)
  const at = told.map((line) => Number(line.split(' ')[0]))
  assert.equal(at, [250, 750, 1750, 3750, 7750, 15_750, 25_750])
  assert.ok(told.every((line) => line.endsWith('$SYS.SERVER.NID.STATSZ')))
})

test('clients that come in a burst are told of once; accounts in use every 30 seconds', async () => {
  const { news, pass, told } = make({ is_wanted: (subject) => !subject.includes('STATSZ') })
  for (const name of ['A', 'A', 'B']) news.account_changed(name)
  await pass(60)
  assert.equal(told.splice(0).map((line) => line.replace(/^\d+ /, '')), [
    '$SYS.ACCOUNT.A.SERVER.CONNS 1',
    '$SYS.SERVER.ACCOUNT.A.CONNS 1',
    '$SYS.ACCOUNT.B.SERVER.CONNS 0',
    '$SYS.SERVER.ACCOUNT.B.CONNS 0',
  ])
  news.start()
  await pass(60_000, 500)
  assert.equal(told.map((line) => line.replace(/^\d+ /, '')), [
    ...['$SYS.ACCOUNT.A.SERVER.CONNS 1', '$SYS.SERVER.ACCOUNT.A.CONNS 1'],
    ...['$SYS.ACCOUNT.A.SERVER.CONNS 1', '$SYS.SERVER.ACCOUNT.A.CONNS 1'],
  ])
})

test('what nobody wants is not told, its end always', async () => {
  const { news, pass, told } = make({ is_wanted: () => false })
  news.start()
  news.account_changed('A')
  await pass(31_000, 500)
  assert.equal(told, [])
  news.stop()
  await news.end('SHUTDOWN')
  assert.equal(told, ['31000 $SYS.SERVER.NID.SHUTDOWN'])
})

test('nothing comes after the end, and no timer is left', async () => {
  const { news, pass, told, clock } = make()
  news.start()
  news.stop()
  assert.is(clock.waiting, 0)
  news.account_changed('A')
  await pass(40_000, 500)
  assert.equal(told, [])
})

test('a fault is logged, and it goes on', async () => {
  const { news, pass, log } = make({ statsz: () => Promise.reject(new Error('broken')) })
  news.start()
  await pass(1000, 250)
  assert.is(log.length, 2)
  assert.match(log[0], /^ERR The system account could not be told: broken/)
})

test.run()
