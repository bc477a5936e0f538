// Dials a port of 127.0.0.1 again and again, and tells each outcome that it had not seen before.
import { connect } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

const seen = new Set<string>()

function dial(): void {
  let outcome = 'accepted'
  const socket = connect({ port: workerData.port, host: '127.0.0.1' }, () => socket.destroy())
  socket.on('error', (error: Error & { code?: string }) => outcome = error.code ?? error.message)
  socket.on('close', () => {
    if (!seen.has(outcome)) parentPort!.postMessage(outcome)
    seen.add(outcome)
    dial()
  })
}

for (let i = 0; i < 8; i++) dial()
