// The doctor before meshes of onehop and nats-server: the `nats-server` in PATH, and the newer one that NATS_SERVER_NEW names.
import * as assert from 'uvu/assert'
import { system_clock } from '../../src/base/clock.ts'
import { system_random } from '../../src/base/prng.ts'
import { NO_CREDENTIALS } from '../../src/doctor/credentials.ts'
import { diagnosis } from '../../src/doctor/diagnosis.ts'
import { survey } from '../../src/doctor/survey.ts'
import { parse_given } from '../../src/doctor/target.ts'
import { stop_programs } from '../cluster_process/program.ts'
import { suite } from '../harness.ts'
import { close_clients } from '../server/raw_client.ts'
import { type Kind, MixedCluster, version_of } from './mixed_cluster.ts'

const test = suite('interop/05_doctor', 100_000)
test.after.each(async () => {
  close_clients()
  await stop_programs()
})

const clock = system_clock()

async function look(urls: string[]) {
  const facts = await survey({
    given: urls.map((url) => parse_given(url).target),
    tools: { clock, timeout_ms: 2_000, trust: {}, credentials: NO_CREDENTIALS },
    random: system_random(),
    wants_probe: true,
    progress() {},
    interrupted: new AbortController().signal,
  })
  const lines = diagnosis(facts).map(({ severity, place, what }) => `${severity} ${place}: ${what}`)
  // A machine under load takes its time for round trips.
  return { facts, found: lines.filter((line) => !line.includes('a round trip to')) }
}

for (const [variable, binary] of [['PATH', 'nats-server'], ['NATS_SERVER_NEW', process.env.NATS_SERVER_NEW]]) {
  const version = binary && version_of(binary)
  if (!binary || !version) {
    console.log(
      `not run: the doctor before the nats-server of ${variable}: ${binary ? `no ${binary}` : 'it is not set'}`,
    )
    continue
  }
  const kinds: Kind[] = [null, binary, binary]

  test(`a whole mesh with two of ${version}: nothing but that they are different`, async () => {
    const { members } = await MixedCluster.start(kinds)
    const { facts, found } = await look(members.map(({ ports }) => `http://127.0.0.1:${ports.http}`))
    assert.ok(found.every((line) => line.startsWith('note mesh: ')), found.join('\n'))
    assert.ok(found[0].startsWith('note mesh: versions differ: '), found[0])
    assert.is(facts.dials.filter(({ trouble, target }) => trouble === null && !target.is_guess).length, 9)
    assert.is(facts.probe!.members.length, 3)
  })

  test(`one of ${version} that is stopped like that: it is said at whose word it was dialled`, async () => {
    const { members } = await MixedCluster.start(kinds)
    const [, , frozen] = members
    frozen.program.child.kill('SIGSTOP')
    const { found } = await look(members.slice(0, 2).map(({ ports }) => `http://127.0.0.1:${ports.http}`))
    frozen.program.child.kill('SIGCONT')
    const what = `error client 127.0.0.1:${frozen.ports.client}: it takes connections and says nothing within 2000 ms`
    assert.ok(found.some((line) => line.startsWith(what)), found.join('\n'))
    assert.ok(
      found.some((line) => /^warning server "\w+": .* have a route to it, and it answered at no address/.test(line)),
    )
  })
}

test.run()
