// Subscribers in a thread of their own, so that reading what they get does not delay what the test measures.
import { parentPort, workerData } from 'node:worker_threads'
import { connect_many } from './raw_client.ts'

const { port, connections, subject, subscriptions, messages } = workerData as {
  port: number
  connections: number
  subject: string
  /** Per connection. */
  subscriptions: number
  /** Of all connections. */
  messages: number
}

let received = 0
const clients = await connect_many(port, connections)
for (const client of clients) {
  client.read_messages(() => {
    if (++received === messages) parentPort!.postMessage('received')
  })
  const lines = Array.from({ length: subscriptions }, (_, i) => `SUB ${subject} ${i + 1}\r\n`)
  await client.send(lines.join(''))
  await client.flush()
}
parentPort!.postMessage('subscribed')
