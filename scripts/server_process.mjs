// Servers on loopback for the demo and the benches: ports, start, waiting until they listen, end.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start_process, stop_process } from './child_process.mjs'

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** A port of 127.0.0.1 that is free now. */
export function free_port() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

/** The same below the ports that the system gives to outgoing connections, one of which could take it before a server does. */
export async function lasting_port() {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000)
    if (await is_free(port)) return port
  }
}

/** True if nothing listens on port, on any address. */
export async function is_free(port) {
  // A listener of all addresses and one of 127.0.0.1 do not always exclude each other: try both.
  for (const host of [undefined, '127.0.0.1']) {
    const taken = await new Promise((resolve) => {
      const probe = net.createServer().on('error', () => resolve(true))
      probe.listen({ port, host }, () => probe.close(() => resolve(false)))
    })
    if (taken) return false
  }
  return true
}

/** Resolves when something accepts on port; throws when child ends first or after seconds. */
export async function wait_for_port(port, child, seconds = 20) {
  const deadline = performance.now() + seconds * 1000
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the server on port ${port} ended at once`)
    }
    if (child.pid === undefined) throw new Error(`can not start ${child.spawnfile}: is it installed?`)
    const open = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.on('error', () => resolve(false))
    })
    if (open) return
    await sleep(25)
  }
  throw new Error(`the server did not listen on port ${port} within ${seconds} s`)
}

/**
 * Starts count servers of one command (a list), as a cluster if more than one, with the text of a configuration if there is one.
 * Gives { ports, pids, command_lines, stop }.
 */
export async function start_servers(command, count, config = '') {
  const children = []
  const ports = []
  const command_lines = []
  const folder = config === '' ? null : mkdtempSync(join(tmpdir(), 'onehop-servers-'))
  const file = folder && join(folder, 'server.conf')
  if (file) writeFileSync(file, config)
  const stop = async () => {
    await Promise.all(children.map((child) => stop_process(child)))
    if (folder) rmSync(folder, { recursive: true })
  }
  try {
    let seed
    for (let i = 0; i < count; i++) {
      const port = await free_port()
      const flags = [...(file ? ['-c', file] : []), '-a', '127.0.0.1', '-p', String(port)]
      if (count > 1) {
        const route = await free_port()
        flags.push('-cluster', `nats://127.0.0.1:${route}`, '-cluster_name', 'compare')
        if (seed) flags.push('-routes', `nats://127.0.0.1:${seed}`)
        seed ??= route
      }
      children.push(start_process([...command, ...flags], { stdio: 'ignore' }))
      ports.push(port)
      command_lines.push([...command, ...flags].join(' '))
      await wait_for_port(port, children.at(-1))
    }
    // The routes are dialled, and interest is exchanged, within a second; the load generator waits again after its SUBs.
    if (count > 1) await sleep(1200)
  } catch (error) {
    await stop()
    throw error
  }
  return { ports, pids: children.map((child) => child.pid), command_lines, stop }
}
