// Programs of the system as children. Node only (child_process).
import * as assert from 'uvu/assert'
import { system_clock } from '../../src/base/clock.ts'
import { ChildProgram, kill_programs, output_of } from '../../src/bench/child_program.ts'
import { suite } from '../harness.ts'

const test = suite('bench/child_program')
const clock = system_clock()
const cat = () => {
  let heard = (_: string) => {}
  const line = new Promise<string>((resolve) => heard = resolve)
  return { program: new ChildProgram(['cat'], (text) => heard(text)), line }
}

test('lines go in and come out', async () => {
  const { program, line } = cat()
  program.tell('hello')
  assert.is(await line, 'hello')
  assert.ok(program.pid > 0)
  await program.stop(clock)
})

test('why a program has ended is what it said, its status, or that there is none', async () => {
  assert.is(await new ChildProgram(['sh', '-c', 'echo why >&2; exit 3']).ended, 'why')
  assert.is(await new ChildProgram(['sh', '-c', 'exit 3']).ended, 'sh ended with 3')
  assert.match(await new ChildProgram(['/no/such/program']).ended, /^can not start \/no\/such\/program: /)
})

test('all that run can be ended at once', async () => {
  const all = [cat(), cat()]
  kill_programs()
  for (const { program } of all) assert.is(await program.ended, 'cat ended with SIGKILL')
})

test('the output of a command, or null', async () => {
  assert.is(await output_of(['sh', '-c', 'echo one; echo two']), 'one\ntwo')
  assert.is(await output_of(['sh', '-c', 'echo one; exit 1']), null)
  assert.is(await output_of(['/no/such/program']), null)
})

test.run()
