// Clusters of the membership in virtual time. ONEHOP_SIMULATE=shape:seed plays one of them again, with its history.
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { sized } from '../sizes.ts'
import { make_cluster, must_settle, SHAPES, torment } from './shapes.ts'

const test = suite('simulate/membership', 600_000)

/** The same code runs under both runtimes: for the second one a sample is enough. */
const SEEDS_PER_SHAPE = process.versions.deno
  ? sized({ short: 25, full: 25, long: 10_000 })
  : sized({ short: 50, full: 250, long: 10_000 })
const [one_shape, one_seed] = (process.env.ONEHOP_SIMULATE ?? '').split(':')

/** Resolves to the time in which it healed, in ms. */
function play(shape: string, seed: number): number {
  const simulation = make_cluster(shape, seed)
  try {
    torment(simulation)
    return must_settle(simulation)
  } catch (error) {
    console.error(`shape ${shape}, seed ${seed}\n${simulation.history.slice(-80).join('\n')}`)
    console.error(`again: ONEHOP_SIMULATE=${shape}:${seed} node scripts/run_test.mjs test/simulate/membership_test.ts`)
    throw error
  }
}

for (const [index, shape] of Object.keys(SHAPES).entries()) {
  if (one_shape && one_shape !== shape) continue
  test(`a mesh becomes whole after faults: ${shape}`, () => {
    const first = one_shape ? Number(one_seed) : (index + 1) * 100_000
    for (let seed = first; seed < first + (one_shape ? 1 : SEEDS_PER_SHAPE); seed++) play(shape, seed)
  })
}

test('the same seed gives the same history', () => {
  const [one, two] = [1, 2].map(() => {
    const simulation = make_cluster('full', 77)
    torment(simulation)
    return simulation.history
  })
  assert.equal(one, two)
})

test.run()
