import * as assert from 'uvu/assert'
import { system_clock } from '../../src/base/clock.ts'
import { MemberProcess } from '../../src/local_mesh/member_process.ts'
import { suite } from '../harness.ts'

// Starts a child_process, so it runs under Node only.
const test = suite('local_mesh/member_process')

function start(...command: string[]) {
  const lines: string[] = []
  let heard = (_line: string) => {}
  let ended = ''
  const member = new MemberProcess({
    command,
    environment: process.env,
    line: (text) => {
      lines.push(text)
      heard(text)
    },
    ended: (how) => void (ended = how),
  })
  const said = (text: string) =>
    new Promise<void>((resolve) => {
      heard = (line) => line === text && resolve()
      if (lines.includes(text)) resolve()
    })
  return { member, lines, said, how: () => ended }
}
const script = (text: string) => start(process.execPath, '-e', text)

test('lines of both outputs come whole, and the last ones are kept', async () => {
  const { member, lines, how } = script('console.log("one"); console.error("two"); process.stdout.write("three")')
  await member.gone
  assert.equal(lines.toSorted(), ['one', 'three', 'two'])
  assert.is(member.last_lines(2).length, 2)
  assert.is(how(), 'ended with status 0')
  assert.ok(member.is_gone)
  assert.ok(await member.stop(system_clock()))
})

test('it ends as by Ctrl-C', async () => {
  const { member, said, how } = script(
    'process.on("SIGINT", () => process.exit(4)); setInterval(() => {}, 1e6); console.log("up")',
  )
  await said('up')
  assert.ok(await member.stop(system_clock()))
  assert.is(how(), 'ended with status 4')
})

test('one that does not go is killed', async () => {
  const { member, said, how } = script('process.on("SIGINT", () => {}); setInterval(() => {}, 1e6); console.log("up")')
  await said('up')
  const soon = { ...system_clock(), after: (_: number, f: () => void) => system_clock().after(50, f) }
  assert.is(await member.stop(soon), false)
  assert.is(how(), 'was ended by SIGKILL')
})

test('a program that is not there is told of', async () => {
  const { member, how } = start('/nowhere/node')
  await member.gone
  assert.is(how(), 'can not be started: /nowhere/node: no such file or directory')
})

test.run()
