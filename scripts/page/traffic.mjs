// Clients with names and some traffic between them, so that there is something to see on the page.
import { connect } from '@nats-io/transport-node'

const WORDS = ['created', 'paid', 'packed', 'shipped']
const READERS = ['billing', 'shipping', 'search', 'archive', 'audit', 'mail']
const WRITERS = ['shop', 'warehouse', 'app']
const PER_SECOND = 20

/** Starts clients on the given client ports; per_second: messages of each writer. Gives { close }. */
export async function start_traffic(ports, { per_second = 200, subscribers = 4 } = {}) {
  const clients = []
  const timers = []
  const join = async (port, name) => {
    const client = await connect({ servers: `127.0.0.1:${port}`, name })
    clients.push(client)
    return client
  }
  for (const [i, port] of ports.entries()) {
    for (let n = 0; n < subscribers; n++) {
      const reader = await join(port, READERS[(i + n) % READERS.length])
      reader.subscribe(`orders.${n % 2 === 0 ? '*' : WORDS[n % WORDS.length]}`, { callback() {} })
      reader.subscribe('stock.*.changed', { queue: 'stock', callback() {} })
      reader.subscribe(`replies.${i}.${n}`, { callback() {} })
    }
    const writer = await join(port, WRITERS[i % WRITERS.length])
    let count = 0
    timers.push(setInterval(() => {
      // Waves of several lengths, always the same: real traffic is neither flat nor regular.
      const at = count / PER_SECOND
      const wave = 1 + 0.28 * Math.sin(at / 7 + i) + 0.14 * Math.sin(at / 2.3 + 2 * i) + 0.06 * Math.sin(at / 0.9)
      const now = per_second * (1 + i * 0.6) / PER_SECOND * wave
      for (let n = 0; n < now; n++) {
        writer.publish(`orders.${WORDS[(count + n) % 4]}`, JSON.stringify({ order: count, shop: i, at: n }).padEnd(96))
        if (n % 4 === 0) writer.publish(`stock.${count % 50}.changed`, '1')
      }
      count++
    }, 1000 / PER_SECOND))
  }
  return {
    async close() {
      for (const timer of timers) clearInterval(timer)
      await Promise.all(clients.map((client) => client.close()))
    },
  }
}
