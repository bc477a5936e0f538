// `onehop mesh` as a person uses it: it forms, a member dies, Ctrl-C ends all; and nothing is left, whatever becomes of it.
import * as assert from 'uvu/assert'
import { existsSync, readFileSync } from 'node:fs'
import { suite } from '../harness.ts'
import { ca_file, tls_settings } from '../net/tls_rig.ts'
import { config_file, type Program, start_program, stop_programs } from './program.ts'

const test = suite('cluster_process/05_local_mesh', 40_000)
test.after.each(stop_programs)

const FORM_MS = 20_000
/** Below the ports that the system gives to outgoing connections; what is taken is told, and another one tried. */
const random_base = () => 10_000 + Math.floor(Math.random() * 2_000) * 10

async function start_mesh(...flags: string[]): Promise<{ program: Program; base: number }> {
  for (;;) {
    const base = random_base()
    const program = start_program(['mesh', '3', '--port-base', String(base), ...flags])
    const [line] = await program.wait_line(/is in use|3 servers, cluster/, FORM_MS)
    if (line.startsWith('3 servers')) return { program, base }
    await program.ended
  }
}

/** The processes of the members, by the number that the log of each begins with once it says something. */
async function members_of(base: number): Promise<number[]> {
  const answers = [0, 1, 2].map((i) => fetch(`http://127.0.0.1:${base + 1000 * i + 2}/debug/vars`))
  await Promise.all((await Promise.all(answers)).map((answer) => answer.text()))
  return children_of(process.pid).flatMap(children_of)
}

/** Linux tells. */
function children_of(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`
  return existsSync(path) ? readFileSync(path, 'utf8').split(' ').filter((word) => word !== '').map(Number) : []
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function all_gone(pids: number[]): Promise<void> {
  while (pids.some(lives)) await new Promise((resolve) => setTimeout(resolve, 20))
}

test('three servers form a mesh; one that dies is told of and the others go on; Ctrl-C ends them', async () => {
  const { program, base } = await start_mesh()
  await program.wait_line(/^mesh: whole after /, FORM_MS)
  await program.wait_line(/Ctrl-C ends all/)
  for (const pair of ['a -- b', 'a -- c', 'b -- c']) await program.wait_line(new RegExp(`^${pair}  route after \\d`))
  const pids = await members_of(base)
  if (process.platform === 'linux') assert.is(pids.length, 3)
  process.kill(pids[1], 'SIGKILL')
  await program.wait_line(/^mesh: b was ended by SIGKILL; the others go on/)
  await program.wait_line(/^mesh: no route a -- b, b -- c$/)
  await program.wait_line(/^a \| \[\d+\] .*Router connection closed: .*Remote: b/)
  program.child.kill('SIGINT')
  assert.equal(await program.ended, { code: 1, signal: null })
  assert.ok(program.lines.includes('mesh: all servers have ended'))
  assert.is(pids.some(lives), false)
})

test('the end of the command is the end of its servers, though it could not tell them', async () => {
  const { program, base } = await start_mesh()
  await program.wait_line(/Ctrl-C ends all/, FORM_MS)
  const pids = await members_of(base)
  program.child.kill('SIGKILL')
  await all_gone(pids)
})

test('--exit-when-formed ends with 0, with a configuration that all have', async () => {
  const file = config_file(
    'cluster { name: mine }\nserver_tags: [$ONEHOP_MEMBER]\nhttp_user: u, http_password: p\n' +
      'websocket { port: $ONEHOP_WEBSOCKET_PORT, no_tls: true, compression: true }\n',
  )
  const { program } = await start_mesh('--exit-when-formed', '--config', file, '--workers', '0')
  assert.equal(await program.ended, { code: 0, signal: null })
  assert.is(program.lines[0], '3 servers, cluster "mine"')
})

test('a server that can not start ends all, and its last lines say why', async () => {
  const { program } = await start_mesh('--config', config_file('log_file: "/nowhere/at/all.log"\n'))
  assert.equal(await program.ended, { code: 1, signal: null })
  assert.ok(program.lines.some((line) => /^[abc] \| .*\/nowhere\/at\/all\.log/.test(line)), program.lines.join('\n'))
  assert.ok(program.lines.includes('onehop mesh: a server could not be started'))
})

test('what does not form in time is told', async () => {
  // Certificates for another host: each server answers, and no route comes about.
  const { cert_file, key_file } = tls_settings({ hosts: ['x.example'] })
  const file = config_file(
    `cluster { tls { cert_file: ${JSON.stringify(cert_file)}, key_file: ${JSON.stringify(key_file)}, ca_file: ${
      JSON.stringify(ca_file)
    } } }\n`,
  )
  const { program } = await start_mesh('--config', file, '--exit-when-formed', '--wait', '3')
  assert.equal(await program.ended, { code: 1, signal: null })
  const line = 'onehop mesh: not whole within 3 s: no route a -- b, a -- c, b -- c'
  assert.ok(program.lines.includes(line), program.lines.join('\n'))
  assert.ok(program.lines.some((text) => /^[abc] \| .*\[ERR\] .*TLS route handshake error/.test(text)), 'and why')
})

test.run()
