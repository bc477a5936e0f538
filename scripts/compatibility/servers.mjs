// The servers that clients and tools are tried against: two of ours in one cluster, one with TLS, and mixed meshes.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { issue, make_authority } from '../certificate.mjs'
import { start_process, stop_process } from '../child_process.mjs'
import { lasting_port, wait_for_port } from '../server_process.mjs'
import { server_command } from '../runtimes.mjs'

/** A server as a file says it; null as the command: ours. */
export async function start(folder, name, config, command = null) {
  const file = join(folder, `${name}.conf`)
  writeFileSync(file, config)
  const child = start_process([...(command ?? server_command('node')), '-c', file])
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => log += data)
  const port = Number(/listen: "127\.0\.0\.1:(\d+)"/.exec(config)[1])
  try {
    await wait_for_port(port, child)
  } catch (error) {
    throw new Error(`${error.message}: ${log.trim().split('\n').at(-1)}`)
  }
  return { name, port, child, log: () => log, stop: () => stop_process(child) }
}

/** Ports of a member that it keeps when it is started again. */
export async function new_ports() {
  return {
    client: await lasting_port(),
    http: await lasting_port(),
    route: await lasting_port(),
    websocket: await lasting_port(),
  }
}

/** A member of a cluster. `seed`: the port of routes of another one. */
export const member_config = (name, ports, seed) => `
server_name: ${name}
listen: "127.0.0.1:${ports.client}"
http: "127.0.0.1:${ports.http}"
websocket { listen: "127.0.0.1:${ports.websocket}", no_tls: true }
cluster { name: tried, listen: "127.0.0.1:${ports.route}"${seed ? `, routes: ["nats-route://127.0.0.1:${seed}"]` : ''} }
`

/** A server with TLS for clients and WebSockets, and the file of its authority. */
export async function start_secured(folder) {
  const now_ms = Date.now()
  const authority = make_authority({ name: 'tried', days: 2, now_ms })
  const { cert, key } = issue({ authority, name: 'tried', hosts: ['localhost', '127.0.0.1'], days: 1, now_ms })
  mkdirSync(folder, { recursive: true })
  const path = (name, text) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const ca = path('ca.pem', authority.cert)
  const tls = `tls { cert_file: "${path('cert.pem', cert)}", key_file: "${path('key.pem', key)}" }`
  const ports = await new_ports()
  const config =
    `listen: "127.0.0.1:${ports.client}"\n${tls}\nwebsocket { listen: "127.0.0.1:${ports.websocket}", ${tls} }\n`
  return { ...await start(folder, 'secured', config), ports, ca }
}
