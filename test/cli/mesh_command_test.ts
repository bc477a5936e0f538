import * as assert from 'uvu/assert'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { MESH_COMMAND } from '../../src/cli/mesh_command.ts'
import { suite } from '../harness.ts'

// What it starts is in test/cluster_process/05_local_mesh_test.ts.
const test = suite('cli/mesh_command')
const run = (...argv: string[]) =>
  MESH_COMMAND.run({
    ...{ argv, environment: {}, interrupted: () => new AbortController().signal },
    terminal: { write() {}, write_error() {}, is_terminal: false, columns: 80 },
  })

test('wrong usage ends with 2 and a line that says why', async () => {
  const cases: [argv: string[], why: string][] = [
    [['0'], 'N is a number from 1 to 9, not 0'],
    [['10'], 'N is a number from 1 to 9, not 10'],
    [['two'], 'N is a number from 1 to 9, not two'],
    [['2', '3'], 'what is "3"?'],
    [['3', '-p', '4'], '-p has no place here: each server has its own'],
    [['3', '--routes', 'x'], '--routes has no place here'],
    [['3', '--port-base', '63510'], '--port-base is a number from 1 to 63509, not 63510'],
    [['3', '--wait', '0'], '--wait is a number from 1 to 3600, not 0'],
    [['--port-bse', '3'], 'did you mean -port-base?'],
  ]
  for (const [argv, why] of cases) {
    const { stdout, stderr, exit } = await run(...argv)
    assert.equal([stdout, exit], ['', 2], argv.join(' '))
    assert.match(stderr, why)
    assert.ok(stderr.endsWith('see: onehop help mesh\n'))
  }
})

test('what can not be started ends with 1, before anything is', async () => {
  assert.equal(await run('3', '--runtime', 'bun'), {
    ...{ stdout: '', exit: 1, stderr: 'onehop mesh: --runtime is node, deno, or the path of one, not "bun"\n' },
  })
  assert.match((await run('-c', '/nowhere/x', '3')).stderr, 'open /nowhere/x: no such file or directory')
})

test('a port that is taken is told, with the way out', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const { stderr, exit } = await run('1', '--port-base', String(port))
  await new Promise((resolve) => server.close(resolve))
  assert.is(exit, 1)
  assert.match(stderr, new RegExp(`^onehop mesh: port ${port} \\(clients of a\\) is in use`))
  assert.match(stderr, '--port-base')
})

test('the help is the help', async () => {
  assert.equal(await run('-h'), { stdout: MESH_COMMAND.help, stderr: '', exit: 0 })
})

test.run()
