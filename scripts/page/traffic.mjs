// Clients with names and some traffic between them, so that there is something to see on the page.
import { connect } from '@nats-io/transport-node'

const WORDS = ['created', 'paid', 'packed', 'shipped']

/** Starts clients on the given client ports; per_second messages of each publisher. Gives { close }. */
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
      const reader = await join(port, ['billing', 'shipping', 'search', 'archive', 'audit', 'mail'][(i + n) % 6])
      reader.subscribe('orders.>', { callback() {} })
      reader.subscribe('stock.*.changed', { queue: 'stock', callback() {} })
      reader.subscribe(`replies.${i}.${n}`, { callback() {} })
    }
    const writer = await join(port, ['shop', 'warehouse', 'app'][i % 3])
    let count = 0
    const rate = per_second * (1 + i * 0.6)
    timers.push(setInterval(() => {
      // A little unevenness, always the same: real traffic is not flat.
      const now = rate / 20 * (1 + 0.35 * Math.sin(count / 40 + i) + 0.12 * Math.sin(count / 7))
      for (let n = 0; n < now; n++) {
        writer.publish(`orders.${WORDS[count % 4]}`, JSON.stringify({ order: count, shop: i, at: n }).padEnd(96))
        if (n % 4 === 0) writer.publish(`stock.${count % 50}.changed`, '1')
      }
      count++
    }, 50))
  }
  return {
    async close() {
      for (const timer of timers) clearInterval(timer)
      await Promise.all(clients.map((client) => client.close()))
    },
  }
}
