import * as assert from 'uvu/assert'
import { member_command, type OwnProgram, shell_line } from '../../src/local_mesh/member_command.ts'
import { suite } from '../harness.ts'

const test = suite('local_mesh/member_command')
const NODE: OwnProgram = { runtime: 'node', executable: '/bin/node', main: '/p/dist/main.js', exists: () => true }
const DENO: OwnProgram = { runtime: 'deno', executable: '/bin/deno', main: '/p/main.ts', exists: () => true }

test('members run as what starts them', () => {
  assert.equal(member_command('', NODE), ['/bin/node', '/p/dist/main.js'])
  assert.equal(member_command('node', NODE), ['/bin/node', '/p/dist/main.js'])
  assert.equal(member_command('', DENO), ['/bin/deno', 'run', '-A', '/p/main.ts'])
})

test('or on the other runtime, by name or path', () => {
  assert.equal(member_command('deno', NODE), ['deno', 'run', '-A', '/p/dist/main.js'])
  assert.equal(member_command('/x/deno.exe', NODE), ['/x/deno.exe', 'run', '-A', '/p/dist/main.js'])
  assert.equal(member_command('/opt/node22', NODE), ['/opt/node22', '/p/dist/main.js'])
  assert.throws(() => member_command('bun', NODE), /--runtime is node, deno, or the path of one, not "bun"/)
})

test('Node does not read sources, so it gets what was built', () => {
  assert.equal(member_command('node', DENO), ['node', '/p/dist/main.js'])
  assert.throws(() => member_command('node', { ...DENO, exists: () => false }), /npm run build makes it/)
})

test('what Deno keeps of a package is started by the name of the package', () => {
  const main = '/home/me/.cache/deno/npm/registry.npmjs.org/onehop/0.1.0/dist/main.js'
  assert.equal(member_command('', { ...DENO, main }), ['/bin/deno', 'run', '-A', 'npm:onehop@0.1.0'])
  assert.equal(member_command('node', { ...DENO, main }), ['node', main])
  const scoped = main.replace('onehop/0.1.0', '@a/onehop/1.2.3-rc.1')
  assert.equal(member_command('', { ...DENO, main: scoped }).at(-1), 'npm:@a/onehop@1.2.3-rc.1')
})

test('a command is shown as a shell would read it', () => {
  assert.is(shell_line(['/bin/node', '-a', '', "it's $x"]), "/bin/node -a '' 'it'\\''s $x'")
})

test.run()
