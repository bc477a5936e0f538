import * as assert from 'uvu/assert'
import { check_limits } from '../../src/review/check_limits.ts'
import { finding_line } from '../../src/review/finding.ts'
import { suite } from '../harness.ts'
import { judged } from './review_rig.ts'

const test = suite('review/check_limits')

const lines = (text: string, open_files_limit: number | null = null) =>
  check_limits(judged(text, [], { open_files_limit })).map(finding_line)

test('every connection is an open file', () => {
  assert.equal(lines('max_connections: 1000', 1064), [])
  assert.match(
    lines('max_connections: 1000', 1063)[0],
    /^warning {2}f:1:0: The limit of open files is 1063, too low .*; raise/,
  )
  // Nobody has asked for as many.
  assert.match(lines('port: 1', 1024)[0], /^note {5}default: /)
})

test('odd bounds are warned about', () => {
  assert.match(lines('max_connections: 0')[0], /^warning {2}f:1:0: every client is refused; /)
  assert.equal(lines('max_payload: 8MB'), [])
  assert.match(lines('max_payload: 9MB')[0], /^warning {2}f:1:0: messages above 8 MiB /)
})

test.run()
