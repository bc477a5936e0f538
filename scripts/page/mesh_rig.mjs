// Servers for the tests of the page: real processes on free ports of loopback, which keep their ports and names when they come back.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start_process, stop_process } from '../child_process.mjs'
import { server_command } from '../runtimes.mjs'

const START_SECONDS = 30

/** A mesh of named members, the first of them being the seed. Call stop at the end, whatever happens. */
export class MeshRig {
  #folder = mkdtempSync(join(tmpdir(), 'onehop-page-'))
  #members = new Map()

  /** Starts a member. more: text for its configuration; binary: another server than ours; routes: ports of its seeds, which are
   * else that of the first member. */
  async start(name, { more = '', binary, cluster = true, routes } = {}) {
    const seed = [...this.#members.values()][0]
    const seeds = (routes ?? (seed === undefined ? [] : [seed.ports.cluster])).map((port) =>
      `"nats://127.0.0.1:${port}"`
    )
    const file = join(this.#folder, `${name}.conf`)
    const block = cluster ? `cluster { name: test-mesh, routes: [${seeds.join()}] }` : ''
    writeFileSync(file, [`server_name: ${name}`, 'host: 127.0.0.1', block, more].join('\n'))
    this.#members.set(name, { file, binary, cluster, ports: { client: -1, cluster: -1, http: -1 } })
    return await this.again(name)
  }

  /** Starts a member that has ended, on the ports that it had. Gives its ports. */
  async again(name) {
    const member = this.#members.get(name)
    const { client, cluster, http } = member.ports
    const command = member.binary === undefined ? server_command('node') : [member.binary]
    const routes = member.cluster ? ['--cluster', `nats://127.0.0.1:${cluster}`] : []
    const child = start_process([...command, '-c', member.file, '-p', String(client), '-m', String(http), ...routes])
    member.child = child
    const log = read_log(child)
    await log.line(/Server is ready$/)
    const port_of = async (pattern) => Number((await log.line(pattern))[1])
    member.ports = {
      client: await port_of(/Listening for client connections on .*:(\d+)$/),
      http: await port_of(/Starting http monitor on .*:(\d+)$/),
      cluster: member.cluster ? await port_of(/Listening for route connections on .*:(\d+)$/) : -1,
    }
    return member.ports
  }

  /** Ends a member at once, as a crash does. */
  async kill(name) {
    const { child } = this.#members.get(name)
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }

  /** Sends a signal to a member: SIGSTOP freezes it. */
  signal(name, signal) {
    this.#members.get(name).child.kill(signal)
  }

  ports(name) {
    return this.#members.get(name).ports
  }

  pid(name) {
    return this.#members.get(name).child.pid
  }

  async stop() {
    for (const { child } of this.#members.values()) {
      // What was frozen would not hear that it has to end.
      child.kill('SIGCONT')
    }
    await Promise.all([...this.#members.values()].map(({ child }) => stop_process(child)))
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function read_log(child) {
  const lines = []
  const watchers = new Set()
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream.setEncoding('utf8').on('data', (data) => {
      const parts = (rest + data).split('\n')
      rest = parts.pop()
      lines.push(...parts)
      for (const watcher of [...watchers]) watcher()
    })
  }
  const line = (pattern) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no line ${pattern}:\n${lines.join('\n')}`)),
        START_SECONDS * 1000,
      )
      const look = () => {
        const found = lines.map((each) => pattern.exec(each)).find((each) => each !== null)
        if (!found) return
        clearTimeout(timer)
        watchers.delete(look)
        resolve(found)
      }
      watchers.add(look)
      look()
    })
  return { line }
}
