// What a worker thread does from its start on: it waits for its setup, builds a connection thread and answers the
// supervisor. The two entries in workers/ differ in the role they are started for only.
import { expose } from 'comlink'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { assert } from '../base/assert.ts'
import { Mailbox } from '../actor/mailbox.ts'
import type { Port } from '../net/port_transport.ts'
import { Counter } from '../shared/counters.ts'
import { Doorbell } from '../shared/doorbell.ts'
import { comlink_port } from './comlink_port.ts'
import { ConnectionThread, type ThreadSetup } from './connection_thread.ts'
import type { ToSupervisor, ToThread } from './messages.ts'
import type { RingPair } from './ring_desk.ts'
import { make_thread_api, take_mail } from './worker_api.ts'

/** Given to a new worker. */
export interface WorkerSetup extends ThreadSetup {
  /** For comlink. */
  api: MessagePort
  mail: MessagePort
  neighbours: Neighbour[]
}

/** Another thread: the rings to it and from it, and the port its doorbell posts on. */
export interface Neighbour extends RingPair {
  bell: MessagePort
}

/** Comes over the parent port when another thread was started anew, or has ended. */
export type NeighbourChange = { neighbour: Neighbour } | { gone: number }

/** Comes the same way when somebody in this process connects. */
export interface ClientByPort {
  port: Port
}

export function run_worker(): void {
  const setup = workerData as WorkerSetup
  const ports = new Map(setup.neighbours.map((neighbour) => [neighbour.thread, neighbour.bell]))
  const bell = new Doorbell(setup.memory.doorbell, setup.thread, ports, () => thread.turns.rung())
  // The supervisor has not taken its mail for very long: what is lost is counted.
  const tell = (message: ToSupervisor) => {
    if (!mailbox.push(message)) thread.counters[Counter.dropped]++
  }
  const thread = new ConnectionThread(setup, bell, tell)
  const mailbox = new Mailbox<ToSupervisor, ToThread>(setup.mail, (message) => take_mail(thread, message))
  for (const neighbour of setup.neighbours) thread.connect(neighbour)
  expose(make_thread_api(thread), comlink_port(setup.api))
  assert(parentPort !== null, 'A worker has a parent')
  parentPort.on('message', (change: NeighbourChange | ClientByPort) => {
    if ('port' in change) return thread.accept_port(change.port)
    if ('gone' in change) {
      bell.remove(change.gone)
      thread.disconnect(change.gone)
    } else {
      bell.replace(change.neighbour.thread, change.neighbour.bell)
      thread.connect(change.neighbour)
    }
    thread.turns.go_on()
  })
}
