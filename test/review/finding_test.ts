import * as assert from 'uvu/assert'
import { type Finding, finding_line, findings_json, findings_summary, worst_first } from '../../src/review/finding.ts'
import { suite } from '../harness.ts'

const test = suite('review/finding')

const finding = (severity: Finding['severity'], what = 'w'): Finding => ({
  severity,
  place: 'f:1:0',
  what,
  advice: 'do',
})

test('the worst come first, and among equals the order stays', () => {
  const all = [finding('note'), finding('warning', 'a'), finding('error'), finding('warning', 'b')]
  assert.equal(worst_first(all).map(({ severity, what }) => `${severity} ${what}`), [
    ...['error w', 'warning a', 'warning b', 'note w'],
  ])
})

test('each is one line, without users of URLs', () => {
  assert.is(finding_line(finding('error')), 'error    f:1:0: w; do')
  assert.is(finding_line(finding('warning')), 'warning  f:1:0: w; do')
  assert.is(
    finding_line(finding('note', 'a\nb ["nats://u:p@h:1"]')),
    'note     f:1:0: a b ["nats://[REDACTED]@h:1"]; do',
  )
})

test('they are counted', () => {
  const all = [finding('error'), finding('error'), finding('warning', 'x://u@h')]
  assert.is(findings_summary(all), '2 errors, 1 warning, no notes')
  assert.equal(findings_json(all), {
    ...{ errors: 2, warnings: 1, notes: 0 },
    findings: [finding('error'), finding('error'), finding('warning', 'x://[REDACTED]@h')],
  })
})

test.run()
