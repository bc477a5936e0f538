// All members are asked at once, and not more often than once a second.
import * as assert from 'uvu/assert'
import { Buffer } from 'node:buffer'
import { MESH_MEMBERS_MAX } from '../../src/base/limits.ts'
import { GATHERING_INTERVAL_MS, MeshGathering, type MeshQuestion } from '../../src/monitor/mesh_gathering.ts'
import type { SystemInbox } from '../../src/monitor/system_inbox.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'

const test = suite('monitor/mesh_gathering')

const ANSWER_MS = 500
const OURS = 'onehop/0.1.0 node20'

/** What a member answers to each question. */
const answers = (id: string, go: string): [MeshQuestion, object][] => [
  ['VARZ', { server_id: id, go, secret: 'x' }],
  ['ROUTEZ', { routes: [] }],
  ['MESHZ', { workers: [], events: [] }],
]

function make(peers: number, has_account = true) {
  const clock = new ManualClock()
  const asked: string[] = []
  const takers = new Map<string, (payload: Uint8Array) => boolean>()
  const own_asked: string[] = []
  const inbox: Pick<SystemInbox, 'ask'> = {
    ask(subject, _payload, ms, take) {
      asked.push(subject)
      return new Promise((resolve) => {
        const timer = clock.after(ms, () => resolve())
        takers.set(subject.split('.')[4], (payload) => {
          const is_last = take(payload)
          if (is_last) {
            timer.cancel()
            resolve()
          }
          return is_last
        })
      })
    },
  }
  const own = (question: MeshQuestion) => () => {
    own_asked.push(question)
    return Promise.resolve(Object.fromEntries(answers('A', OURS))[question])
  }
  const gathering = new MeshGathering({
    ...{ clock, server_id: 'A', inbox: has_account ? inbox : null, peers: () => peers },
    own: { VARZ: own('VARZ'), ROUTEZ: own('ROUTEZ'), MESHZ: own('MESHZ') },
  })
  const answer_raw = (question: string, text: string) => takers.get(question)!(Buffer.from(text))
  const answer = (id: string, go = OURS, without: MeshQuestion[] = []) => {
    for (const [question, data] of answers(id, go)) {
      if (!without.includes(question)) answer_raw(question, JSON.stringify({ server: { id }, data }))
    }
  }
  return { clock, asked, own_asked, gathering, answer, answer_raw }
}

/** Whether it has been resolved by now. */
async function is_done(promise: Promise<unknown>): Promise<boolean> {
  const turn = Symbol()
  for (let i = 0; i < 10; i++) await Promise.resolve()
  return await Promise.race([promise, Promise.resolve(turn)]) !== turn
}

test('it is done with the last answer, and asks nobody twice within a second', async () => {
  const { clock, asked, gathering, answer, own_asked } = make(1)
  const mesh = gathering.mesh()
  assert.equal(asked, ['$SYS.REQ.SERVER.PING.VARZ', '$SYS.REQ.SERVER.PING.ROUTEZ', '$SYS.REQ.SERVER.PING.MESHZ'])
  assert.is(await is_done(mesh), false)
  answer('B')
  const { members, expected, reach, server_id } = await mesh
  assert.equal([members.map(({ id }) => id), expected, reach, server_id], [['A', 'B'], 2, 'mesh', 'A'])
  assert.equal([members[1].varz, members[1].routes, 'secret' in members[1].varz], [
    { server_id: 'B', go: OURS, cluster: {}, slow_consumer_stats: {} },
    [],
    false,
  ])
  clock.pass(GATHERING_INTERVAL_MS - 1)
  assert.is(await gathering.mesh(), await mesh)
  clock.pass(1)
  const next = gathering.mesh()
  assert.is(asked.length, 6)
  clock.pass(ANSWER_MS)
  await next
  assert.equal(own_asked, ['VARZ', 'ROUTEZ', 'MESHZ', 'VARZ', 'ROUTEZ', 'MESHZ'], 'itself it asks without the mesh')
})

test('an answer that is there before our own is not waited for twice', async () => {
  const { gathering, answer } = make(1)
  const mesh = gathering.mesh()
  answer('B')
  assert.equal((await mesh).members.map(({ id }) => id).sort(), ['A', 'B'])
})

test('many who look share one gathering that is under way', async () => {
  const { asked, gathering, answer } = make(1)
  const all = [gathering.mesh(), gathering.mesh(), gathering.mesh()]
  answer('B')
  assert.is(new Set(await Promise.all(all)).size, 1)
  assert.is(asked.length, 3)
})

test('a nats-server is not waited for with a question that it does not know', async () => {
  const { gathering, answer } = make(1)
  const mesh = gathering.mesh()
  answer('B', 'go1.22', ['MESHZ'])
  const { members } = await mesh
  assert.equal(members.map(({ id, mesh }) => [id, mesh !== null]), [['A', true], ['B', false]])
})

test('who is silent is waited for half a second, and left out', async () => {
  const { clock, gathering, answer } = make(2)
  const mesh = gathering.mesh()
  answer('B', OURS, ['VARZ'])
  clock.pass(ANSWER_MS - 1)
  assert.is(await is_done(mesh), false)
  clock.pass(1)
  const { members, expected, took_ms } = await mesh
  assert.equal([members.map(({ id }) => id), expected, took_ms], [['A'], 3, ANSWER_MS])
})

test('one of our kind that left a question open once is not waited for again with it', async () => {
  const { clock, gathering, answer } = make(1)
  const first = gathering.mesh()
  answer('B', OURS, ['MESHZ'])
  assert.is(await is_done(first), false)
  clock.pass(ANSWER_MS)
  await first
  clock.pass(GATHERING_INTERVAL_MS)
  const second = gathering.mesh()
  answer('B', OURS, ['MESHZ'])
  assert.is((await second).members.length, 2)
})

test('who has no peers asks nobody', async () => {
  const { asked, gathering } = make(0)
  assert.equal([(await gathering.mesh()).reach, asked], ['mesh', []])
})

test('without a system account it is this member alone', async () => {
  const { gathering, asked } = make(5, false)
  const { members, reach, expected } = await gathering.mesh()
  assert.equal([members.map(({ id }) => id), reach, expected, asked], [['A'], 'member', 1, []])
  assert.is(members[0].mesh !== null, true)
})

test('what is no answer does not count, and there are bounds', async () => {
  const { clock, gathering, answer, answer_raw } = make(MESH_MEMBERS_MAX + 10)
  const mesh = gathering.mesh()
  for (
    const text of [
      '',
      '{',
      'null',
      '7',
      '{"server":{"id":7},"data":{}}',
      '{"server":{"id":"X"},"data":7}',
      '{"data":{}}',
    ]
  ) {
    answer_raw('VARZ', text)
  }
  for (let i = 0; i < MESH_MEMBERS_MAX + 10; i++) answer(`N${i}`)
  clock.pass(ANSWER_MS)
  const { members, expected } = await mesh
  assert.equal([members.length, expected], [MESH_MEMBERS_MAX, MESH_MEMBERS_MAX], 'this member among them')
})

test.run()
