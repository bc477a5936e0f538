import * as assert from 'uvu/assert'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CONFIG_COMMAND } from '../../src/cli/config_command.ts'
import { suite } from '../harness.ts'

const test = suite('cli/config_command')
const folder = mkdtempSync(join(tmpdir(), 'onehop-config-'))
const file = join(folder, 'server.conf')
test.after(() => rmSync(folder, { recursive: true, force: true }))

const UNHEARD = {
  terminal: { write() {}, write_error() {}, is_terminal: false, columns: 80 },
  interrupted: () => new AbortController().signal,
}
const run = (argv: string[], environment: Record<string, string> = {}) =>
  CONFIG_COMMAND.run({ ...UNHEARD, argv, environment })
const config = (text: string): string[] => {
  writeFileSync(file, text)
  return ['-c', file]
}
const GOOD = 'listen: "127.0.0.1:-1"\nmax_connections: 100\n'

test('wrong usage ends with 2 and a line that says why', async () => {
  const cases: [argv: string[], why: RegExp][] = [
    [[], /^onehop config: say --check or --effective\n/],
    [['--check', '--effective'], /say --check or --effective/],
    [['--check', 'file'], /what is "file"\?/],
    [['--chek'], /flag provided but not defined: -chek\ndid you mean -check\?/],
    [['--check', '-t'], /-t has no place here/],
    [['--check', '--signal', 'stop'], /--signal has no place here/],
    [['--check', '--show-secrets'], /--show-secrets goes with --effective/],
    [['--effective', '-p'], /flag needs an argument: -p/],
  ]
  for (const [argv, why] of cases) {
    const { stdout, stderr, exit } = await run(argv)
    assert.equal([stdout, exit], ['', 2], argv.join(' '))
    assert.match(stderr, why)
    assert.ok(stderr.endsWith('see: onehop help config\n'))
  }
})

test('--check ends with 0 if there is no error, and says how much it found', async () => {
  assert.equal(await run(['--check', ...config(GOOD)]), {
    ...{ stdout: '', stderr: `${file}: no errors, no warnings, no notes\n`, exit: 0 },
  })
  const warned = await run(['--check', '-m', '-1', '-a', '0.0.0.0', ...config(GOOD)])
  assert.match(warned.stdout, /^warning {2}flag -m: monitoring on 0\.0\.0\.0:0 has no login .*\n$/)
  assert.equal([warned.stderr, warned.exit], [`${file}: no errors, 1 warning, no notes\n`, 0])
})

test('--check ends with 1 if there is an error: in the file, in a flag, or a port that is taken', async () => {
  const unknown = await run(['--check', ...config('prot: 1')])
  assert.is(unknown.exit, 1)
  assert.is(unknown.stdout.split('\n')[0], `error    ${file}:1:0: unknown field "prot"; did you mean "port"?`)
  assert.match(
    (await run(['--check', '-c', join(folder, 'none')])).stdout,
    /^error .*none: open .*: no such file or directory;/,
  )
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const { stdout, exit } = await run(['--check', '-p', String(port), ...config(GOOD)])
  await new Promise((resolve) => server.close(resolve))
  assert.is(exit, 1)
  assert.match(stdout, new RegExp(`^error    flag -p: 127.0.0.1:${port} for clients is in use by `))
  if (process.platform === 'linux') assert.match(stdout, `process ${process.pid} (`)
})

test('--check --json is the same for programs', async () => {
  const { stdout, stderr, exit } = await run(['--check', '--json', ...config('prot: 1')])
  assert.equal([stderr, exit], ['', 1])
  const { errors, warnings, notes, findings } = JSON.parse(stdout)
  assert.equal([errors, warnings, notes], [1, 0, 1])
  assert.equal(findings[0], {
    ...{ severity: 'error', place: `${file}:1:0`, what: 'unknown field "prot"', advice: 'did you mean "port"?' },
  })
})

test('--effective prints a file, with the environment in it and secrets out of it', async () => {
  const argv = ['--effective', '-D', ...config('server_name: $WHO\nauthorization { user: a, password: secret }')]
  const { stdout, stderr, exit } = await run(argv, { WHO: 'me' })
  assert.equal([stderr, exit], ['', 0])
  assert.match(stdout, new RegExp(`\nserver_name: "me" +# environment WHO \\(${file}:1:0\\)\n`))
  assert.match(stdout, /\ndebug: true +# flag -D\n/)
  assert.match(stdout, /\nport: 4222 +# default\n/)
  assert.not.match(stdout, 'secret')
  const shown = await run([...argv, '--show-secrets', '--only-set'], { WHO: 'me' })
  assert.match(shown.stdout, /password: "secret"/)
  assert.not.match(shown.stdout, 'default')
  // What it prints can be fed back, and then says the same.
  writeFileSync(file, shown.stdout)
  const again = await run(['--effective', '--show-secrets', '--only-set', '-c', file])
  const plain = (text: string) => text.replace(/ +#.*/g, '')
  assert.is(plain(again.stdout), plain(shown.stdout))
})

test('--effective --json has values and origins', async () => {
  const { stdout } = await run(['--effective', '--json', '-p', '7', ...config('cluster { name: c }')])
  const json = JSON.parse(stdout)
  assert.equal(json.port, { value: 7, origin: 'flag -p' })
  assert.equal(json.cluster.name, { value: 'c', origin: `${file}:1:10` })
})

test('what can not be in force is not printed', async () => {
  for (const text of ['prot: 1', 'a {', 'server_name: "a b"', '$X: 1\nx: $Y']) {
    const { stdout, stderr, exit } = await run(['--effective', ...config(text)])
    assert.equal([stdout, exit], ['', 1], text)
    assert.match(stderr, /^onehop config: \S/)
  }
  assert.match((await run(['--effective', '-js', ...config(GOOD)])).stderr, '"-js" is not served by this version')
})

test.run()
