// Listening: several worker threads accept on one port. The main thread opens a Listening and gives each worker a plan,
// plain data; the worker makes an Acceptor of it. How the port is shared depends on runtime and platform:
//
//   single      one thread listens, alone
//   reuse_port  each worker listens by itself with SO_REUSEPORT; the kernel spreads the connections
//   shared_fd   the main thread binds, and each worker listens on a descriptor of its own for that one socket
import { connect, createServer, type Server } from 'node:net'
import { assert } from '../base/assert.ts'
import { ACCEPT_BACKLOG, STRANGER_ANSWER_MS } from '../base/limits.ts'
import { format_address, resolve_listen_host } from './address.ts'
import { bind_shared, type SharedSocket } from './shared_descriptor.ts'
import { ACCEPT_OPTIONS, type Accepted, hand_over_handles } from './socket.ts'

export type Strategy = 'single' | 'reuse_port' | 'shared_fd'

export interface Runtime {
  name: 'node' | 'deno'
  /** As in `22.12.0`. */
  version: string
}

/** What a worker needs to listen; it crosses threads. */
export interface ListenPlan {
  strategy: Strategy
  /** An IP address. */
  host: string
  /** 0: any; tell the Listening which one it became. */
  port: number
  /** With shared_fd: a descriptor that belongs to this worker alone. */
  fd?: number
}

export function current_runtime(): Runtime {
  const deno = (globalThis as { Deno?: { version: { deno: string } } }).Deno
  if (deno !== undefined) return { name: 'deno', version: deno.version.deno }
  return { name: 'node', version: process.versions.node }
}

/**
 * How `workers` threads share a port here. `asked` other than 'auto' is taken as it is where it can work, else the
 * answer is the automatic one; compare the two to tell the operator. With 'single' only one worker may accept.
 */
export function choose_strategy(
  runtime: Runtime,
  platform: string,
  workers: number,
  asked: Strategy | 'auto' = 'auto',
): Strategy {
  const possible = possible_strategies(runtime, platform)
  if (asked !== 'auto' && possible.includes(asked)) return asked
  return workers <= 1 ? 'single' : possible[0]
}

/** Best first. Sharing a port is no use where the kernel does not spread connections (macOS): there one socket is shared. */
function possible_strategies({ name, version }: Runtime, platform: string): Strategy[] {
  if (name === 'deno') return platform === 'linux' ? ['reuse_port', 'single'] : ['single']
  if (platform === 'win32') return ['single']
  const [major, minor] = version.split('.').map(Number)
  const has_reuse_port = major > 22 || major === 22 && minor >= 12
  if (has_reuse_port && (platform === 'linux' || platform === 'freebsd')) return ['reuse_port', 'shared_fd', 'single']
  return ['shared_fd', 'single']
}

/** The main thread's side of one listened-on port. */
export interface Listening {
  readonly strategy: Strategy
  /** An IP address. */
  readonly host: string
  /** 0 while the first worker has not said which port it got. */
  readonly port: number
  /** Plans for `count` workers. While `port` is 0, ask for one, and for others after decided(). */
  plans(count: number): Promise<ListenPlan[]>
  /** The port that the first worker got. */
  decided(port: number): void
  /** Gives up the main thread's own hold on the port; workers close their acceptors themselves. */
  close(): void
}

/**
 * Prepares listening on `host` (name, IP address, brackets allowed) and `port` (0: any). Rejects if the port is in use,
 * also where the kernel would share it with a stranger, and if the host has no address here.
 */
export async function open_listening(strategy: Strategy, host: string, port: number): Promise<Listening> {
  const address = await resolve_listen_host(host)
  if (strategy === 'shared_fd') return new SharedListening(address, bind_shared(address, port))
  // Where one thread listens, its own bind refuses a port in use.
  if (strategy === 'reuse_port' && port !== 0) await refuse_strangers(address, port)
  return new PlainListening(strategy, address, port)
}

/** single and reuse_port: the workers bind. */
class PlainListening implements Listening {
  readonly strategy: Strategy
  readonly host: string
  port: number

  constructor(strategy: Strategy, host: string, port: number) {
    this.strategy = strategy
    this.host = host
    this.port = port
  }

  plans(count: number): Promise<ListenPlan[]> {
    assert(count === 1 || this.strategy !== 'single' && this.port !== 0, 'The first worker decides the port alone')
    const plan = { strategy: this.strategy, host: this.host, port: this.port }
    return Promise.resolve(Array.from({ length: count }, () => ({ ...plan })))
  }

  decided(port: number): void {
    assert(this.port === 0 || this.port === port, 'A port is decided once')
    this.port = port
  }

  close(): void {}
}

class SharedListening implements Listening {
  readonly strategy = 'shared_fd'
  readonly host: string
  readonly port: number
  readonly #socket: SharedSocket

  constructor(host: string, socket: SharedSocket) {
    this.host = host
    this.port = socket.port
    this.#socket = socket
  }

  async plans(count: number): Promise<ListenPlan[]> {
    const descriptors = await this.#socket.descriptors(count)
    return descriptors.map((fd) => ({ strategy: this.strategy, host: this.host, port: this.port, fd }))
  }

  decided(port: number): void {
    assert(port === this.port, 'The port was decided when it was bound')
  }

  close(): void {
    this.#socket.close()
  }
}

/** A worker's side: accepts until it is closed. */
export interface Acceptor {
  readonly port: number
  /** The address listened on. */
  readonly host: string
  /** Accepts no more. Connections stay; the caller counts and closes them, since a server that lost its handles can not. */
  close(): void
}

/**
 * Listens as planned. `on_socket` gets each connection paused, for SocketReading.adopt. `on_error` gets what goes wrong
 * later, such as EMFILE. Rejects if listening fails. `bare_handles`: for hot_reading only.
 */
export function listen(
  plan: ListenPlan,
  on_socket: (accepted: Accepted) => void,
  on_error: (error: Error) => void,
  bare_handles = false,
): Promise<Acceptor> {
  const server = createServer(ACCEPT_OPTIONS, on_socket)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    // Behind a descriptor Node takes the backlog from the arguments only.
    server.listen(listen_options(plan), ACCEPT_BACKLOG as never, () => {
      server.off('error', reject)
      server.on('error', on_error)
      if (bare_handles) hand_over_handles(server, on_socket)
      resolve(acceptor(server, plan))
    })
  })
}

function listen_options({ strategy, host, port, fd }: ListenPlan) {
  if (strategy === 'shared_fd') {
    assert(fd !== undefined, 'A shared socket has a descriptor')
    return { fd, backlog: ACCEPT_BACKLOG }
  }
  // Exclusive: in a process of a cluster, too, we listen ourselves.
  return { host, port, backlog: ACCEPT_BACKLOG, exclusive: true, reusePort: strategy === 'reuse_port' }
}

function acceptor(server: Server, plan: ListenPlan): Acceptor {
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : plan.port
  return {
    port,
    host: plan.host,
    // Its callback would wait for connections whose handles were adopted, hence for ever.
    close: () => void server.close(),
  }
}

/**
 * Rejects with EADDRINUSE if somebody accepts there already, which only a dial can tell: listening for a moment would
 * find it out, too, but would accept and then reset whoever waits for this server to come up.
 */
function refuse_strangers(host: string, port: number): Promise<void> {
  const dialled = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return new Promise((resolve, reject) => {
    const socket = connect({ host: dialled, port, timeout: STRANGER_ANSWER_MS })
    const free = () => {
      socket.destroy()
      resolve()
    }
    socket.once('error', free).once('timeout', free).once('connect', () => {
      socket.destroy()
      const error = new Error(`listen EADDRINUSE: ${format_address(host, port)}`)
      reject(Object.assign(error, { code: 'EADDRINUSE', syscall: 'listen' }))
    })
  })
}
