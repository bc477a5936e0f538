import * as assert from 'uvu/assert'
import { system_clock } from '../../src/base/clock.ts'
import { probe } from '../../src/doctor/probe.ts'
import { suite } from '../harness.ts'
import { FakeLines } from './fake_lines.ts'

const test = suite('doctor/probe')
const clock = system_clock()

/** Members whose messages go where `passes` says. */
function members(names: string[], passes: (from: number, to: number) => boolean) {
  const all: FakeLines[] = names.map((_, from) =>
    new FakeLines((text) => {
      const subject = /^PUB (\S+) 0/.exec(text)?.[1]
      if (subject === undefined) return
      all.forEach((each, to) => passes(from, to) && each.put(`MSG ${subject} 1 0\r\n\r\n`))
    })
  )
  return names.map((id, i) => ({ id, channel: all[i] }))
}

test('everybody hears everybody, at once', async () => {
  const began = performance.now()
  const three = members(['A', 'B', 'C'], () => true)
  assert.equal(await probe(three, 'word', clock, 5_000), {
    ...{ subject: '_onehop.doctor.word', members: ['A', 'B', 'C'], lost: [], refused: [] },
  })
  assert.ok(performance.now() - began < 1_000)
  assert.is(three[0].channel.said[0], 'SUB _onehop.doctor.word.* 1\r\n')
  assert.is(three[0].channel.said.filter((text) => text.startsWith('PUB')).length, 1)
})

test('interest that is late is waited for', async () => {
  let sent = 0
  const { lost } = await probe(members(['A', 'B'], (from, to) => from === to || ++sent > 3), 'w', clock, 5_000)
  assert.equal(lost, [])
})

test('who is not heard where, once the time is over', async () => {
  const { lost, members: ids } = await probe(
    members(['A', 'B', 'C'], (from, to) => from !== 0 || to === 0),
    'w',
    clock,
    150,
  )
  assert.equal([lost, ids], [[['A', 'B'], ['A', 'C']], ['A', 'B', 'C']])
})

test('who may not, or goes away, takes no part', async () => {
  const two = members(['A', 'B'], () => true)
  const refusing = new FakeLines((text, own) => {
    if (text.startsWith('SUB')) own.put('-ERR \'Permissions Violation for Subscription to "x"\'\r\n')
  })
  const result = await probe([...two, { id: 'C', channel: refusing }], 'w', clock, 200)
  assert.equal([result.members, result.lost], [['A', 'B'], []])
  assert.equal(result.refused, [{ id: 'C', why: 'Permissions Violation for Subscription to "x"' }])
})

test('other lines change nothing, and PING is answered', async () => {
  const pair = members(['A', 'B'], () => true)
  pair[0].channel.put('+OK\r\nINFO {}\r\nPING\r\nMSG other 1 0\r\n\r\nMSG _onehop.doctor.w.77 1 0\r\n\r\nnonsense\r\n')
  assert.equal((await probe(pair, 'w', clock, 2_000)).lost, [])
  assert.ok(pair[0].channel.said.includes('PONG\r\n'))
})

test.run()
