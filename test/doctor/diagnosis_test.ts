import * as assert from 'uvu/assert'
import { diagnosis, survey_summary } from '../../src/doctor/diagnosis.ts'
import { suite } from '../harness.ts'
import { dial, facts, target, three } from './facts_rig.ts'

const test = suite('doctor/diagnosis')

test('the worst come first, and each has something to do', () => {
  const sick = three({
    a: { said: { is_lame_duck: true }, monitor: null },
    b: { said: { name: 'c' }, monitor: { health: 'not ready' } },
  })
  const findings = diagnosis(sick)
  assert.equal(findings.map(({ severity }) => severity), ['error', 'error', 'warning', 'note'])
  for (const { what, advice } of findings) assert.ok(what.length > 10 && advice.length > 10, what)
})

test('the summary counts servers and addresses; guesses that led nowhere are not counted', () => {
  assert.is(survey_summary(three()), '3 servers in cluster c (a, b and c), 6 addresses dialled')
  const heard = { subject: '_onehop.doctor.x', members: ['NA', 'NB'], lost: [], refused: [] }
  assert.match(
    survey_summary(three({}, { probe: heard })),
    /6 addresses dialled, a message from each was heard at each$/,
  )
  assert.match(survey_summary(three({}, { probe: { ...heard, lost: [['NA', 'NB']] } })), /6 addresses dialled$/)
  const guess = dial(null, { trouble: 'refused', target: target({ door: 'monitor', is_guess: true }) })
  assert.is(survey_summary(facts([dial(null, { trouble: 'refused' }), guess])), '0 servers, 1 address dialled')
})

test.run()
