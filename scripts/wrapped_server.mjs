// RUNTIME scripts/wrapped_server.mjs ws|tls ENTRY FLAGS: a server for plain clients on the port of -p, which reaches the real one, in
// this process, over WebSocket or TLS. So the conformance cases, which speak plain TCP, go through those transports.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { connect as connect_tls } from 'node:tls'
import { pathToFileURL } from 'node:url'
import { createWebSocketStream, WebSocket } from 'ws'
import { running_deno } from './runtimes.mjs'

const HOST = '127.0.0.1'
const LOOK_MS = 10

const [over, entry, ...flags] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'onehop-wrapped-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const file = (name) => join(folder, name)

/** Takes a flag and its value out of the list; '' if it is not there. */
function take(name) {
  const at = flags.indexOf(name)
  return at < 0 ? '' : flags.splice(at, 2)[1]
}

function config_of_transport() {
  if (over === 'ws') return `websocket { listen: "${HOST}:-1", no_tls: true, compression: true }\n`
  // The server's own command makes them.
  const runtime = [process.execPath, ...(running_deno ? ['run', '-A'] : []), resolve(entry)]
  execFileSync(runtime[0], [...runtime.slice(1), 'certs', '--names', 'node', '--days', '1', '--out', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  return `tls { cert_file: "${file('node.pem')}", key_file: "${file('node-key.pem')}" }\n`
}

/** Starts the real server on a random port, as if it had been called with these flags. Resolves to the port of the transport. */
async function start() {
  const config = take('-c')
  writeFileSync(file('server.conf'), `${config === '' ? '' : readFileSync(config, 'utf8')}\n${config_of_transport()}`)
  const own = ['-c', file('server.conf'), '-p', '-1', '--ports_file_dir', folder]
  process.argv = [process.argv[0], entry, ...flags, ...own]
  await import(pathToFileURL(resolve(entry)).href)
  return await port_in(file(`nats-server_${process.pid}.ports`), over === 'ws' ? 'websocket' : 'nats')
}

/** The port of that listener, once the ports file is there and whole. */
async function port_in(path, listener) {
  for (;;) {
    try {
      const [url] = JSON.parse(readFileSync(path, 'utf8'))[listener]
      return Number(url.match(/:(\d+)$/)[1])
    } catch {
      await new Promise((done) => setTimeout(done, LOOK_MS))
    }
  }
}

/** Bytes pass both ways, and the end of one is the end of the other. */
function join_streams(plain, wrapped) {
  plain.on('error', () => wrapped.destroy())
  wrapped.on('error', () => plain.destroy())
  plain.pipe(wrapped).pipe(plain)
}

function wrap_in_websocket(plain, port) {
  join_streams(plain, createWebSocketStream(new WebSocket(`ws://${HOST}:${port}`)))
}

/** INFO comes in plain text; behind it everything is TLS. */
function wrap_in_tls(plain, port) {
  const socket = connect(port, HOST)
  socket.setNoDelay(true)
  socket.on('error', () => plain.destroy())
  socket.once('readable', () => {
    const info = socket.read()
    if (info === null) return plain.destroy()
    plain.write(info)
    join_streams(plain, connect_tls({ socket, ca, servername: 'localhost' }))
  })
}

const own_port = Number(take('-p'))
const port = await start()
const ca = over === 'tls' ? readFileSync(file('ca.pem')) : undefined
const server = createServer({ allowHalfOpen: true, noDelay: true }, (plain) => {
  if (over === 'ws') wrap_in_websocket(plain, port)
  else wrap_in_tls(plain, port)
})
server.listen(own_port, HOST)
// The end of the real one is the end of this one.
server.unref()
