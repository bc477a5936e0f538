import * as assert from 'uvu/assert'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createOperator } from '../auth/jwt_rig.ts'
import { check_files } from '../../src/review/check_files.ts'
import { finding_line } from '../../src/review/finding.ts'
import { suite } from '../harness.ts'
import { judged } from './review_rig.ts'

const test = suite('review/check_files')
const folder = mkdtempSync(join(tmpdir(), 'onehop-files-'))
const file = join(folder, 'file')
writeFileSync(file, '')
test.after(() => rmSync(folder, { recursive: true, force: true }))

const lines = (text: string, argv: string[] = []) => check_files(judged(text, argv)).map(finding_line)
const trusted = `trusted: ${createOperator().getPublicKey()}`

test('files that can be written are no finding, and nothing is written', () => {
  const text = `pid_file: "${folder}/p"\nlog_file: "${file}"\nports_file_dir: "${folder}"\n${trusted}\n` +
    `resolver { type: full, dir: "${folder}/a/b" }`
  assert.equal(lines(text), [])
  assert.equal(readdirSync(folder), ['file'])
})

test('a folder that is missing, and one that is none', () => {
  const end = '; make the folder, or let the user of the server write there'
  assert.equal(lines(`log_file: "${folder}/no/l"`, ['-P', `${file}/p`]), [
    `error    flag -P: the pid file ${file}/p can not be written: ${file} is no folder${end}`,
    `error    f:1:0: the log file ${folder}/no/l can not be written: there is no folder ${folder}/no${end}`,
  ])
  assert.equal(lines(`ports_file_dir: "${folder}/no"\nlog_file: "${folder}"`), [
    `error    f:2:1: the log file ${folder} can not be written: it is a folder${end}`,
    `error    f:1:0: the ports file in ${folder}/no can not be written: there is no folder ${folder}/no${end}`,
  ])
})

test('the folder of accounts is made at start, so it is enough that it can be', () => {
  const text = `${trusted}\nresolver {\n type: cache\n dir: "${file}/x" }`
  assert.match(
    lines(text)[0],
    `error    f:4:2: the folder of accounts ${file}/x can not be written: ${file} is no folder`,
  )
  assert.is(existsSync(`${folder}/a`), false)
})

test.run()
