import * as assert from 'uvu/assert'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CERTS_COMMAND } from '../../src/cli/certs_command.ts'
import { suite } from '../harness.ts'

const test = suite('cli/certs_command')
let folder = ''
test.before.each(() => void (folder = mkdtempSync(join(tmpdir(), 'onehop-certs-'))))
test.after.each(() => rmSync(folder, { recursive: true, force: true }))

const run = (...argv: string[]) =>
  CERTS_COMMAND.run({
    ...{ argv, environment: {}, interrupted: () => new AbortController().signal },
    terminal: { write() {}, write_error() {}, is_terminal: false, columns: 80 },
  })

test('wrong usage ends with 2 and a line that says why', async () => {
  const cases: [argv: string[], why: RegExp][] = [
    [['--nams', 'a'], /^onehop certs: there is no --nams; did you mean --names\?\n/],
    [['--days', '0'], /--days is a number from 1 to 36500, not 0/],
    [['--days'], /'--days( <value>)?' argument (missing|is ambiguous)\n/],
    [['ca'], /"ca" can not be a name/],
    [['a', '--client', 'a'], /"a" is asked for twice/],
    [['--client', 'c', '--host', 'h'], /--host is for nodes/],
  ]
  for (const [argv, why] of cases) {
    const { stdout, stderr, exit } = await run(...argv, '--out', folder)
    assert.equal([stdout, exit], ['', 2], argv.join(' '))
    assert.match(stderr, why)
    assert.ok(stderr.endsWith('see: onehop help certs\n'))
  }
  assert.equal(readdirSync(folder), [])
})

test('it tells what it made, and prints a configuration', async () => {
  const { stdout, stderr, exit } = await run(
    '--names',
    'a,b',
    'c',
    '--host',
    'x,y',
    '--host',
    '10.0.0.1',
    '--out',
    folder,
  )
  assert.is(exit, 0)
  assert.is(readdirSync(folder).length, 8)
  assert.match(stderr, `${join(folder, 'b-key.pem')}: for x, y, 10.0.0.1, b, localhost, 127.0.0.1, ::1\n`)
  assert.match(stdout, /^# In the configuration of a:\ntls \{\n/)
  assert.not.match(stdout, 'verify')
})

test('a client alone needs no node, and a node with clients asks for their certificates', async () => {
  const { stdout, stderr } = await run('--client', 'c', '--out', folder)
  assert.is(stdout, '')
  assert.match(stderr, 'for the client c')
  assert.match((await run('--client', 'd', 'a', '--out', folder)).stdout, 'verify: true')
})

test('what is in the way ends with 1', async () => {
  await run('--out', folder)
  const { stdout, stderr, exit } = await run('--out', folder)
  assert.equal([stdout, exit], ['', 1])
  assert.match(stderr, /^onehop certs: there already: .*node\.pem/)
  writeFileSync(join(folder, 'file'), '')
  assert.is((await run('--out', join(folder, 'file'))).exit, 1)
})

test('the help is the help', async () => {
  assert.equal(await run('--help'), { stdout: CERTS_COMMAND.help, stderr: '', exit: 0 })
})

test.run()
