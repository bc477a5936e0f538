// node scripts/chaos.mjs [--seconds 60] [--seed N] [--runtime node|deno] [--server "COMMAND"]
// Five servers under load of the official client; three of them are killed, frozen, restarted, cut off and parted at random.
// Afterwards: the mesh is whole, interest is exact everywhere, no message came twice, and between the two servers that nobody
// touched none was lost.
import { connect } from '@nats-io/transport-node'
import { build_dist } from '../build.mjs'
import { command_line } from './arguments.mjs'
import { TestMesh } from './mesh/test_mesh.mjs'
import { server_command } from './runtimes.mjs'
import { sleep } from './server_process.mjs'

const options = command_line({ seconds: '60', seed: '', runtime: 'node', server: '' })
const seed = options.seed === '' ? Date.now() % 1_000_000 : Number(options.seed)
const SERVERS = 5
/** The first two are left alone, and so is the link between them. */
const UNTOUCHED = 2
const PUBLISH_EVERY_MS = 10
const WHOLE_MS_MAX = 15_000

/** Mulberry32: chance by seed. */
function make_random(state) {
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 4294967296 * below)
  }
}

const random = make_random(seed)
const began = performance.now()
const say = (text) => console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)}  ${text}`)

/** A client that publishes numbered messages and counts what it gets from all others. */
class Participant {
  twice = 0
  received = 0
  /** Sender -> what came of it: numbers seen, the next one expected, how many were missing. */
  senders = new Map()
  sent = 0
  #name
  #timer

  constructor(name) {
    this.#name = name
  }

  async start(port) {
    this.connection = await connect({
      ...{ servers: `127.0.0.1:${port}`, reconnect: true, maxReconnectAttempts: -1, reconnectTimeWait: 100 },
      ...{ name: `chaos ${this.#name}`, waitOnFirstConnect: true },
    })
    this.#take(this.connection.subscribe('chaos.>'))
    await this.connection.flush()
  }

  publish() {
    this.#timer = setInterval(() => {
      this.connection.publish(`chaos.${this.#name}`, String(this.sent++))
    }, PUBLISH_EVERY_MS)
  }

  pause() {
    clearInterval(this.#timer)
  }

  async #take(subscription) {
    for await (const message of subscription) {
      const sender = message.subject.slice('chaos.'.length), number = Number(message.string())
      this.received++
      let record = this.senders.get(sender)
      if (record === undefined) this.senders.set(sender, record = { seen: new Set(), last: -1, out_of_order: 0 })
      if (record.seen.has(number)) this.twice++
      if (number < record.last) record.out_of_order++
      record.seen.add(number)
      record.last = number
    }
  }
}

/** What can be done to a victim, or to it and another member; each is over when it resolves. */
const harm = {
  async kill(mesh, victim) {
    const pause = 200 + random(3000)
    say(`kill ${victim.index}, start again after ${pause} ms`)
    await mesh.kill(victim)
    await sleep(pause)
    await mesh.run(victim)
  },
  async freeze(mesh, victim) {
    const pause = 200 + random(7000)
    say(`freeze ${victim.index} for ${pause} ms`)
    mesh.freeze(victim)
    await sleep(pause)
    mesh.thaw(victim)
  },
  async restart(mesh, victim) {
    say(`restart ${victim.index}`)
    await mesh.restart(victim)
  },
  async cut(mesh, victim, other) {
    say(`cut ${victim.index} - ${other.index}`)
    mesh.cut(victim, other)
  },
  async part(mesh, victim, other) {
    const pause = 200 + random(7000)
    say(`part ${victim.index} - ${other.index} for ${pause} ms`)
    mesh.part(victim, other)
    await sleep(pause)
    mesh.heal(victim, other)
  },
}

/** Does harm for so many seconds; resolves when all of it is over. One thing at a time is done to a member. */
async function torment(mesh, seconds) {
  const end = performance.now() + seconds * 1000
  const busy = new Set()
  const going_on = new Set()
  while (performance.now() < end) {
    await sleep(100 + random(900))
    const victim = mesh.members[UNTOUCHED + random(SERVERS - UNTOUCHED)]
    const other = mesh.members[random(SERVERS)]
    const kind = Object.keys(harm)[random(Object.keys(harm).length)]
    const pair = kind === 'cut' || kind === 'part'
    if (busy.has(victim) || pair && (victim === other || busy.has(other))) continue
    const taken = pair ? [victim, other] : [victim]
    for (const member of taken) busy.add(member)
    const work = harm[kind](mesh, victim, other).finally(() => {
      for (const member of taken) busy.delete(member)
      going_on.delete(work)
    })
    going_on.add(work)
  }
  await Promise.all(going_on)
}

const faults = []
const check = (is_good, text) => {
  console.log(`${is_good ? 'ok  ' : 'FAIL'}  ${text}`)
  if (!is_good) faults.push(text)
}

if (options.server === '' && options.runtime === 'node') await build_dist({ if_stale: true })
const mesh = new TestMesh(options.server === '' ? server_command(options.runtime) : options.server.split(' '))
const participants = []
try {
  console.log(`seed ${seed}; again: node scripts/chaos.mjs --seed ${seed} --seconds ${options.seconds}`)
  await mesh.start(SERVERS)
  for (const member of mesh.members) {
    const participant = new Participant(member.index)
    await participant.start(member.ports.client)
    participants.push(participant)
  }
  await mesh.until_whole(10_000, () => mesh.interest_disagreement())
  for (const participant of participants) participant.publish()
  await torment(mesh, Number(options.seconds))
  say('all harm is over')
  const whole_ms = await mesh.until_whole(WHOLE_MS_MAX).catch((error) => error.message)
  check(
    typeof whole_ms === 'number',
    `the mesh is whole again${typeof whole_ms === 'number' ? ` after ${Math.round(whole_ms)} ms` : `: ${whole_ms}`}`,
  )
  // The official client comes back within its own pause.
  await sleep(1_000)
  for (const participant of participants) participant.pause()
  await Promise.all(participants.map((participant) => participant.connection.flush()))
  await sleep(500)
  const exact = await mesh.until_whole(5_000, () => mesh.interest_disagreement()).then(
    () => true,
    (error) => error.message,
  )
  check(exact === true, `interest is exact everywhere${exact === true ? '' : `: ${exact}`}`)
  const twice = participants.reduce((sum, participant) => sum + participant.twice, 0)
  const received = participants.reduce((sum, participant) => sum + participant.received, 0)
  check(twice === 0, `of ${received} messages that came ${twice} came twice`)
  for (const [from, to] of [[0, 1], [1, 0]]) {
    const record = participants[to].senders.get(String(from))
    const { sent } = participants[from]
    check(
      record.seen.size === sent && record.out_of_order === 0,
      `${from} to ${to}, untouched: ${record.seen.size} of ${sent}, ${record.out_of_order} out of order`,
    )
  }
} catch (error) {
  check(false, error.stack)
} finally {
  await Promise.all(participants.map((participant) => participant.connection?.close()))
  await mesh.stop()
}
console.log(`\n${5 - faults.length} passed, ${faults.length} failed`)
process.exit(faults.length ? 1 : 0)
