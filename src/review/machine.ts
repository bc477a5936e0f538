// The machine that a configuration is judged on.
import { resolveSrv } from 'node:dns/promises'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Clock } from '../base/clock.ts'
import { system_error_code, system_error_text } from '../base/system_error.ts'
import { PROGRAM } from '../config/load.ts'
import { resolve_host, unmap } from '../net/address.ts'
import { current_runtime } from '../net/listener.ts'
import { bind_shared } from '../net/shared_descriptor.ts'
import { SyslogDevice } from '../net/syslog_device.ts'
import { local_syslog, parse_syslog_url, remote_syslog } from '../net/syslog_link.ts'
import type { Machine } from './judged.ts'
import { find_port_owner } from './port_owner.ts'

/** A name server that does not answer must not keep the judge. */
const RESOLVE_MS = 5_000

export function this_machine(clock: Clock, open_files_limit: number | null): Machine {
  const within = <T>(answer: Promise<T>): Promise<T> => in_time(answer, clock)
  return {
    now_ms: clock.wall_ms(),
    open_files_limit,
    addresses: Object.values(networkInterfaces()).flatMap((list) => list ?? []).map(({ address }) => unmap(address)),
    resolve: (host) => within(resolve_host(host)),
    services: (name) => within(resolveSrv(name)),
    listen: current_runtime().name === 'node' && process.platform !== 'win32' ? bind_for_a_moment : listen_for_a_moment,
    reach_syslog: (url) => reach_syslog(url, clock),
    port_owner: find_port_owner,
  }
}

/** Rejects with the reason in words. */
function in_time<T>(answer: Promise<T>, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(RESOLVE_MS, () => reject(new Error(`no answer within ${RESOLVE_MS / 1000} s`)))
    answer.then(
      resolve,
      (error) => reject(new Error(LOOKUP_FAULTS[system_error_code(error)] ?? system_error_text(error))),
    )
      .finally(() => timer.cancel())
  })
}

const LOOKUP_FAULTS: Readonly<Record<string, string>> = Object.freeze({
  ENOTFOUND: 'no such host',
  ENODATA: 'no such service',
  EAI_AGAIN: 'no name server answers',
  ECONNREFUSED: 'no name server answers',
  ETIMEOUT: 'no name server answers',
})

async function reach_syslog(url: string, clock: Clock): Promise<void> {
  const dial = url === '' ? local_syslog(PROGRAM, process.pid, clock) : remote_syslog(parse_syslog_url(url))
  const device = new SyslogDevice(dial, clock, { lost() {}, back() {} })
  try {
    await device.opened()
  } finally {
    device.close()
  }
}

/** Nobody can connect meanwhile, to be cut off again. */
async function bind_for_a_moment(address: string, port: number): Promise<void> {
  bind_shared(address, port).close()
}

function listen_for_a_moment(host: string, port: number): Promise<void> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()))
  })
}
