import * as assert from 'uvu/assert'
import { run_command } from '../../src/cli/commands.ts'
import { suite } from '../harness.ts'

const test = suite('cli/commands')

test('help of a command is its own help', async () => {
  const asked = await run_command(['help', 'config'], {})
  assert.match(asked!.stdout, /^\nUsage: onehop config /)
  assert.equal(asked, await run_command(['config', '--help'], {}))
  assert.equal(asked, await run_command(['config', '-h'], {}))
  assert.equal([asked!.stderr, asked!.exit], ['', 0])
})

test('whatever is no command is for the server', async () => {
  for (
    const argv of [[], ['help'], ['help', 'x'], ['-c', 'config'], ['-D', 'config'], ['CONFIG'], ['version'], ['x']]
  ) {
    assert.is(await run_command(argv, {}), null, argv.join(' '))
  }
})

test.run()
