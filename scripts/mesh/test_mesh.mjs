// A mesh of real servers on loopback whose members can be killed, frozen, restarted, cut and parted.
import { start_process, stop_process } from '../child_process.mjs'
import { lasting_port, sleep, wait_for_port } from '../server_process.mjs'
import { LinkProxy } from './link_proxy.mjs'

export class TestMesh {
  members = []
  #command

  /** command: that of a server, as a list. The first member is the seed of all others. */
  constructor(command) {
    this.#command = command
  }

  async start(count, flags = []) {
    for (let index = 0; index < count; index++) {
      const ports = {
        client: await lasting_port(),
        route: await lasting_port(),
        advertised: await lasting_port(),
        http: await lasting_port(),
      }
      const proxy = new LinkProxy(ports.route)
      await proxy.listen(ports.advertised)
      this.members.push({ index, ports, proxy, child: null, id: '', is_frozen: false, flags })
    }
    for (const member of this.members) await this.run(member)
    await this.until_whole(20_000)
  }

  /** Starts a member, or starts it again. */
  async run(member) {
    const { ports, index } = member
    const seed = index === 0 ? [] : ['--routes', `nats://127.0.0.1:${this.members[0].ports.advertised}`]
    member.log = []
    member.child = start_process([
      ...this.#command,
      ...['-a', '127.0.0.1', '-p', String(ports.client), '-m', String(ports.http), '-n', `member-${index}`],
      ...['--cluster', `nats://127.0.0.1:${ports.route}`, '--cluster_advertise', `127.0.0.1:${ports.advertised}`],
      ...['--cluster_name', 'mesh', ...seed, ...member.flags],
    ])
    for (const stream of [member.child.stdout, member.child.stderr]) {
      stream.on('data', (data) => {
        member.log.push(...String(data).trimEnd().split('\n'))
        member.log.splice(0, member.log.length - 200)
      })
    }
    await wait_for_port(ports.client, member.child)
    member.id = (await this.ask(member, 'varz')).server_id
  }

  /** SIGKILL, and waits for the end. */
  async kill(member) {
    const gone = new Promise((resolve) => member.child.once('exit', resolve))
    member.child.kill('SIGKILL')
    await gone
    member.child = null
  }

  async restart(member) {
    await stop_process(member.child)
    member.child = null
    await this.run(member)
  }

  freeze(member) {
    member.child.kill('SIGSTOP')
    member.is_frozen = true
  }

  thaw(member) {
    member.child.kill('SIGCONT')
    member.is_frozen = false
  }

  /** Cuts what connects the two; they may dial again at once. */
  cut(one, other) {
    return one.proxy.cut(other.id) + other.proxy.cut(one.id)
  }

  part(one, other) {
    one.proxy.part(other.id)
    other.proxy.part(one.id)
  }

  heal(one, other) {
    one.proxy.heal(other.id)
    other.proxy.heal(one.id)
  }

  async ask(member, path) {
    const response = await fetch(`http://127.0.0.1:${member.ports.http}/${path}`, { signal: AbortSignal.timeout(2000) })
    return await response.json()
  }

  /** Undefined if every member has exactly one route to every other one; else what is wrong. */
  async disagreement() {
    for (const member of this.members) {
      const { routes } = await this.ask(member, 'routez')
      const ids = routes.map((route) => route.remote_id).sort()
      const wanted = this.members.filter((other) => other !== member).map((other) => other.id).sort()
      if (ids.join() !== wanted.join()) return `member ${member.index} has routes to ${this.#names(ids)}`
    }
  }

  /**
   * The same for interest: what a member knows of each other one is what the clients there have subscribed to. Servers have
   * subscriptions of their own, too: in the system account.
   */
  async interest_disagreement() {
    const wanted = new Map()
    for (const member of this.members) {
      const { connections } = await this.ask(member, 'connz?subs=1&limit=10000')
      wanted.set(member.id, new Set(connections.flatMap((connection) => connection.subscriptions_list ?? [])))
    }
    for (const member of this.members) {
      const { routes } = await this.ask(member, 'routez?subs=1')
      for (const route of routes) {
        const known = [...new Set(route.subscriptions_list ?? [])].filter((subject) => !subject.startsWith('$SYS.'))
          .sort().join()
        const there = [...wanted.get(route.remote_id)].sort().join()
        if (known !== there) {
          return `member ${member.index} takes interest of ${
            this.#names([route.remote_id])
          } for ${known}, it is ${there}`
        }
      }
    }
  }

  #names(ids) {
    return ids.map((id) => this.members.find((member) => member.id === id)?.index ?? id).join(', ')
  }

  /** Waits until `check` finds nothing wrong; resolves to the milliseconds it took. */
  async until_whole(ms, check = () => this.disagreement()) {
    const began = performance.now()
    let why = 'not asked'
    while (performance.now() - began < ms) {
      why = await check().catch((error) => error.message)
      if (why === undefined) return performance.now() - began
      await sleep(20)
    }
    throw new Error(`the mesh is not whole after ${ms} ms: ${why}`)
  }

  async stop() {
    for (const member of this.members) {
      if (member.is_frozen) this.thaw(member)
      member.proxy.close()
    }
    await Promise.all(this.members.map((member) => member.child && stop_process(member.child)))
  }
}
