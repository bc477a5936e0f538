import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { form_mesh } from './formation.ts'

const test = suite('simulate/formation', 60_000)

test('many servers of our own that join through one seed dial once per pair', () => {
  for (const servers of [3, 10, 30, 60]) {
    const { dials_per_pair, whole_ms } = form_mesh(servers, false)
    assert.ok(dials_per_pair <= 1.1, `${servers} servers: ${dials_per_pair} dials per pair`)
    assert.ok(whole_ms < 1_000, `${servers} servers: whole after ${whole_ms} ms`)
  }
})

test('by the rules of 2.9 they dial more often: what is measured here can be seen', () => {
  assert.ok(form_mesh(30, true).dials_per_pair > 1.1)
})

test.run()
