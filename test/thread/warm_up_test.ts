import * as assert from 'uvu/assert'
import { default_options } from '../../src/config/options.ts'
import { make_settings } from '../../src/connection/make_settings.ts'
import { warm_up } from '../../src/thread/warm_up.ts'
import { suite } from '../harness.ts'

const test = suite('thread/warm_up', 30_000)

const IDENTITY = { server_id: 'N', server_name: 'n', cluster_name: 'c', cluster_name_dynamic: false }

for (const clustered of [false, true]) {
  test(`it ends, lets mail in between, and changes nothing of the settings (cluster: ${clustered})`, async () => {
    const options = default_options()
    options.cluster.port = clustered ? 6222 : 0
    options.authorization.user = 'u'
    options.trace = options.debug = true
    const settings = make_settings(options, IDENTITY)
    const before = structuredClone(settings)
    let turns = 0
    const next_turn = (f: () => void) => {
      turns++
      setImmediate(f)
    }
    await warm_up(settings, { next_turn, activity: () => 0 })
    // On a busy machine a part of 2 ms takes longer.
    assert.ok(turns > 1, String(turns))
    assert.equal(settings, before)
  })
}

test('it stands back while real clients are served, and leaves it to them in the end', async () => {
  let activity = 0, turns = 0
  const next_turn = (f: () => void) => {
    turns++
    setImmediate(f)
  }
  await warm_up(make_settings(default_options(), IDENTITY), { next_turn, activity: () => activity++ })
  assert.is(turns, 1)
})

test.run()
