import * as assert from 'uvu/assert'
import { run_command } from '../../src/cli/commands.ts'
import { suite } from '../harness.ts'

const test = suite('cli/commands')
const call = {
  environment: {},
  terminal: { write() {}, write_error() {}, is_terminal: false, columns: 80 },
  interrupted: () => new AbortController().signal,
}

test('help of a command is its own help', async () => {
  const asked = await run_command(['help', 'config'], call)
  assert.match(asked!.stdout, /^\nUsage: onehop config /)
  assert.equal(asked, await run_command(['config', '--help'], call))
  assert.equal(asked, await run_command(['config', '-h'], call))
  assert.equal([asked!.stderr, asked!.exit], ['', 0])
})

test('whatever is no command is for the server', async () => {
  for (
    const argv of [[], ['help'], ['help', 'x'], ['-c', 'config'], ['-D', 'config'], ['CONFIG'], ['version'], ['x'], [
      'toString',
    ]]
  ) {
    assert.is(await run_command(argv, call), null, argv.join(' '))
  }
})

test.run()
