// The program as a process: what it prints, what it leaves, and with which code it ends. Node only (child_process).
import * as assert from 'uvu/assert'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VERSION } from '../../src/base/version.ts'
import { find_processes } from '../../src/cli/processes.ts'
import { config_file, type Program, start_program, stop_programs } from '../cluster_process/program.ts'
import { suite } from '../harness.ts'

const test = suite('cli/run', 30_000)
const folders: string[] = []
test.after.each(async () => {
  await stop_programs()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const ANY_PORT = ['-a', '127.0.0.1', '-p', '-1', '--workers', '0']

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'onehop-run-'))
  folders.push(path)
  return path
}

async function whole(flags: string[]): Promise<{ code: number | null; text: string }> {
  const program = start_program(flags)
  const { code } = await program.ended
  return { code, text: program.lines.join('\n') }
}

async function client_port(program: Program): Promise<number> {
  const [, port] = await program.wait_line(/Listening for client connections on .*:(\d+)$/)
  await program.wait_line(/Server is ready/)
  return Number(port)
}

test('--version and --help say what they are asked for, and that is all', async () => {
  for (const flag of ['-v', '--version']) {
    assert.equal(await whole([flag]), { code: 0, text: `nats-server: v${VERSION}` })
  }
  for (const flag of ['-h', '--help', '--help_tls']) {
    const { code, text } = await whole([flag])
    assert.is(code, 0)
    assert.match(text, flag === '--help_tls' ? /cipher_suites/ : /Usage: nats-server \[options\]/)
  }
})

test('a command prints its result and ends, without a server', async () => {
  const file = config_file('port: -1\nprot: 5')
  const checked = await whole(['config', '--check', '-c', file])
  assert.is(checked.code, 1)
  assert.match(checked.text, `error    ${file}:2:1: unknown field "prot"; did you mean "port"?`)
  assert.match((await whole(['config', '--effective'])).text, /^host: "0\.0\.0\.0" +# default\n/)
  assert.is((await whole(['config'])).code, 2)
  assert.match((await whole(['help', 'config'])).text, /Usage: onehop config --check/)
})

test('bad flags end it with 2, a bad file with 1, and each says why', async () => {
  const bad: [string[], number][] = [
    [['--nonsense'], 2],
    [['-p', 'x'], 2],
    [['-c', '/no/such/file'], 1],
    [['-c', config_file('port: "x"')], 1],
    [['nonsense'], 1],
  ]
  for (const [flags, expected] of bad) {
    const { code, text } = await whole(flags)
    assert.is(code, expected, flags.join(' '))
    assert.ok(text.length > 0, flags.join(' '))
  }
})

test('a good configuration is told so with -t, without a start', async () => {
  const { code, text } = await whole(['-t', '-c', config_file('port: 4222')])
  assert.is(code, 0)
  assert.match(text, /configuration file .* is valid/i)
})

test('a port that is taken is one FTL line and the code 1', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const { code, text } = await whole(['-a', '127.0.0.1', '-p', String(port), '--workers', '0'])
  await new Promise((resolve) => server.close(resolve))
  assert.is(code, 1)
  const fatal = text.split('\n').filter((line) => /\[FTL\]/.test(line))
  assert.is(fatal.length, 1, text)
  assert.match(fatal[0], new RegExp(`127\\.0\\.0\\.1:${port}.*address already in use`))
})

for (const [signal, name] of [['SIGINT', 'interrupt'], ['SIGTERM', 'terminated']] as const) {
  test(`${signal} ends it with 0, its files told where it was, and the ports file is gone`, async () => {
    const here = folder()
    const pid_file = join(here, 'pid')
    const program = start_program([...ANY_PORT, '-P', pid_file, '--ports_file_dir', here])
    const port = await client_port(program)
    const { pid } = program.child
    const ports_file = join(here, `nats-server_${pid}.ports`)
    assert.is(readFileSync(pid_file, 'utf8'), String(pid))
    assert.is(statSync(pid_file).mode & 0o777, 0o600)
    assert.equal(JSON.parse(readFileSync(ports_file, 'utf8')), { nats: [`nats://127.0.0.1:${port}`] })
    const socket = connect(port, '127.0.0.1')
    await new Promise((resolve) => socket.once('data', resolve))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    program.child.kill(signal)
    assert.equal(await program.ended, { code: 0, signal: null })
    await closed
    assert.ok(program.lines.some((line) => line.includes(`Trapped "${name}" signal`)), program.lines.join('\n'))
    assert.not(existsSync(ports_file))
  })
}

test('a pid file that can not be written ends it with 1, a ports file only complains', async () => {
  const { code, text } = await whole([...ANY_PORT, '-P', '/no/such/folder/pid'])
  assert.is(code, 1)
  assert.match(text, /\[FTL\] Could not write pidfile: open \/no\/such\/folder\/pid: no such file or directory/)
  const program = start_program([...ANY_PORT, '--ports_file_dir', '/no/such/folder'])
  await program.wait_line(/\[ERR\] Error writing ports file to \/no\/such\/folder: /)
  program.child.kill('SIGTERM')
  assert.is((await program.ended).code, 0)
})

test('a log file gets the lines, and standard error none of them', async () => {
  const here = folder()
  const path = join(here, 'log')
  const program = start_program([...ANY_PORT, '-l', path])
  for (let i = 0; i < 200 && !(existsSync(path) && /Server is ready/.test(readFileSync(path, 'latin1'))); i++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  program.child.kill('SIGINT')
  assert.is((await program.ended).code, 0)
  assert.match(readFileSync(path, 'latin1'), /Trapped "interrupt" signal/)
  assert.not.match(program.lines.join('\n'), /\[INF\]/)
  assert.equal(readdirSync(here), ['log'])
  const { code, text } = await whole([...ANY_PORT, '-l', '/no/such/folder/log'])
  assert.is(code, 1)
  assert.match(text, /\/no\/such\/folder\/log/)
})

test('a log file is put away when it is too long, and every line of the start is in one of them', async () => {
  const here = folder()
  const program = start_program([...ANY_PORT, '-l', join(here, 'log'), '--log_size_limit', '200'])
  const texts = () => readdirSync(here).map((name) => readFileSync(join(here, name), 'latin1'))
  for (let i = 0; i < 200 && !/Server is ready/.test(texts().join()); i++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  program.child.kill('SIGINT')
  assert.is((await program.ended).code, 0)
  const names = readdirSync(here).sort()
  assert.ok(names.length > 3, names.join())
  assert.ok(names.slice(1).every((name) => /^log\.\d{4}(\.\d\d){5}\.\d{9}$/.test(name)), names.join())
  for (const line of ['Starting nats-server', 'Server is ready', 'Server Exiting..']) {
    assert.is(texts().join('').split(line).length, 2, line)
  }
})

test('a syslog gets the lines to the last one, and one that is not there ends it with 1', async () => {
  const here = folder()
  const path = join(here, 'syslog.sock')
  let text = ''
  const server = createServer((socket) => void socket.on('data', (bytes) => void (text += bytes)))
  await new Promise<void>((resolve) => server.listen(path, resolve))
  server.unref()
  const gone = new Promise<void>((resolve) =>
    server.on('connection', (socket) => void socket.on('close', () => resolve()))
  )
  const program = start_program([...ANY_PORT, '-r', `unix://${path}`])
  for (let i = 0; i < 200 && !/Server is ready/.test(text); i++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  program.child.kill('SIGINT')
  assert.is((await program.ended).code, 0)
  await gone
  assert.match(text, /^<5>\w{3} .\d \d\d:\d\d:\d\d nats-server\[\d+\]: Starting nats-server\n/)
  assert.match(text, /: Server Exiting\.\.\n$/)
  assert.equal(program.lines, [])
  await new Promise((resolve) => server.close(resolve))
  const { code, text: why } = await whole([...ANY_PORT, '-r', `unix://${path}`])
  assert.is(code, 1)
  assert.match(why, /error connecting to syslog: "dial unix .*: connect: no such file or directory"/)
  assert.is((await whole([...ANY_PORT, '-r', 'syslog://h:514'])).code, 1)
})

test('SIGUSR2 lets clients go and then ends it with 0, the ports file removed; SIGTERM does not cut it short', async () => {
  const here = folder()
  const times = config_file('lame_duck_grace_period: "500ms"\nlame_duck_duration: "30s"\n')
  const program = start_program([...ANY_PORT, '--ports_file_dir', here, '-c', times])
  const socket = connect(await client_port(program), '127.0.0.1')
  await new Promise((resolve) => socket.once('data', resolve))
  const closed = new Promise((resolve) => socket.once('close', resolve))
  for (const signal of ['SIGUSR2', 'SIGTERM', 'SIGUSR2'] as const) {
    program.child.kill(signal)
    await program.wait_line(signal === 'SIGTERM' ? /Trapped "terminated"/ : /Entering lame duck mode/)
  }
  assert.equal(await program.ended, { code: 0, signal: null })
  await closed
  for (const line of [/Closing existing clients/, /Entering lame duck mode/]) {
    assert.is(program.lines.filter((each) => line.test(each)).length, 1, program.lines.join('\n'))
  }
  assert.equal(readdirSync(here), [])
})

test('--signal ends another one, found by its pid file or pid, and says what is wrong', async () => {
  const here = folder()
  const commands: [string, (pid: number) => string, number | null][] = [
    ['quit', () => join(here, 'pid'), 0],
    ['ldm', String, 0],
    ['term', String, 0],
    ['stop', String, null],
  ]
  for (const [command, target, code] of commands) {
    const program = start_program([...ANY_PORT, '-P', join(here, 'pid')])
    await client_port(program)
    const pid = program.child.pid!
    const found = find_processes(join(globalThis.ONEHOP_ROOT!, 'dist/main.js'), process.pid)
    if (process.platform === 'linux') assert.ok(found!.includes(pid))
    assert.equal(await whole(['--signal', `reload=${pid}`]), { code: 0, text: '' })
    await program.wait_line(/Failed to reload server configuration: can only reload config when a file is provided/)
    assert.equal(await whole([command === 'ldm' ? '-sl' : '--signal', `${command}=${target(pid)}`]), {
      code: 0,
      text: '',
    })
    assert.is((await program.ended).code, code)
  }
  const { code, text } = await whole(['--signal', 'stop=abc'])
  assert.equal([code, text], [1, 'nats-server: invalid pid: abc'])
})

test.run()
