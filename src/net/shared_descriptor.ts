// One bound TCP socket, and descriptors of it that worker threads own one each (Node on POSIX only).
//
// Threads share the numbers of descriptors: if two workers listened on one number, the first to end would close it, the
// process would give that number to its next connection, and the second would close that one. Only the kernel makes
// further descriptors of a socket, and Node has no dup: but a socket that is sent to a child process and back comes back
// under a new number. So a short-lived child returns the socket once per worker.
import { spawn } from 'node:child_process'
import net from 'node:net'
import { getSystemErrorName } from 'node:util'
import { assert } from '../base/assert.ts'
import { format_address } from './address.ts'

/** Sends back what it gets, as often as it is told, and ends when the parent lets go of it. */
const CHILD_SOURCE = `process.on('message', (count, handle) => {
  for (let i = 0; i < count; i++) process.send(i, handle)
})`

/** What we use of Node's TCP handle, which has no public type. */
interface TcpHandle {
  readonly fd: number
  getsockname(out: { port?: number }): number
  close(): void
}

export interface SharedSocket {
  readonly port: number
  /** `count` new descriptors. Each is to be listened on, and thereby owned, by one worker. */
  descriptors(count: number): Promise<number[]>
  /** Closes the descriptor of this thread. */
  close(): void
}

/** The handles behind descriptors that workers own. A worker closes its descriptor when it ends; from then on the number
 * may be a stranger's, so these handles are never closed, and never lost: that would close them. */
const given_away: TcpHandle[] = []

/** Binds `host` (an IP address) and `port` (0: any) without listening. Throws EADDRINUSE and the like. */
export function bind_shared(host: string, port: number): SharedSocket {
  const create = (net as unknown as { _createServerHandle: (...values: unknown[]) => TcpHandle | number })
    ._createServerHandle
  const handle = create(host, port, net.isIPv6(host) ? 6 : 4)
  if (typeof handle === 'number') throw bind_error(handle, host, port)
  const name: { port?: number } = {}
  // An address in use is not told by bind but by the first call behind it.
  const error = handle.getsockname(name)
  if (error !== 0) {
    handle.close()
    throw bind_error(error, host, port)
  }
  let open = true
  return {
    port: name.port!,
    descriptors(count) {
      assert(open, 'The socket is open')
      return copies(handle, count)
    },
    close() {
      if (open) handle.close()
      open = false
    },
  }
}

function copies(handle: TcpHandle, count: number): Promise<number[]> {
  const child = spawn(process.execPath, ['-e', CHILD_SOURCE], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  return new Promise((resolve, reject) => {
    const descriptors: number[] = []
    child.once('error', reject)
    // Only the end of the child gives back its own descriptor, without which the socket would outlive its workers.
    child.once('exit', (code, signal) => {
      if (descriptors.length === count) resolve(descriptors)
      else reject(new Error(`The child that copies descriptors ended: ${signal ?? code}`))
    })
    child.on('message', (_, copy) => {
      const received = copy as unknown as TcpHandle | undefined
      if (received === undefined || received.fd < 0) return reject(new Error('A copied descriptor did not come back'))
      given_away.push(received)
      descriptors.push(received.fd)
      if (descriptors.length === count) child.disconnect()
    })
    child.send(count, handle as unknown as net.Server, (error) => {
      if (error) reject(error)
    })
  })
}

/** The error that listen would have given. */
function bind_error(errno: number, host: string, port: number): Error {
  const code = getSystemErrorName(errno)
  return Object.assign(new Error(`listen ${code}: ${format_address(host, port)}`), { code, errno, syscall: 'bind' })
}
