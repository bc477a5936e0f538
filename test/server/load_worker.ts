// Subscribes a lot on a few connections, in a thread of its own; then counts the messages of a sample.
import { parentPort, workerData } from 'node:worker_threads'
import { connect_many } from './raw_client.ts'

const { port, subscriptions, samples, batch } = workerData as {
  port: number
  subscriptions: number
  samples: number
  /** Lines sent before the server is waited for; 0: never. */
  batch: number
}
const CONNECTIONS = 8
const LINES = batch || 1_000

let received = 0
const clients = await connect_many(port, CONNECTIONS)
for (const client of clients) {
  client.read_messages(() => {
    if (++received === samples) parentPort!.postMessage('samples')
  })
}

const batches: string[] = []
for (let from = 0; from < subscriptions; from += LINES) {
  let text = ''
  for (let i = from; i < from + LINES; i++) text += `SUB load.${i} ${i}\r\n`
  batches.push(text)
}

parentPort!.once('message', async () => {
  await Promise.all(clients.map(async (client, i) => {
    for (let at = i; at < batches.length; at += CONNECTIONS) {
      await client.send(batches[at])
      if (batch > 0) await client.flush(60_000)
    }
    await client.flush(60_000)
  }))
  parentPort!.postMessage('loaded')
})
parentPort!.postMessage('ready')
