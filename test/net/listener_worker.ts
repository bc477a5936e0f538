// Accepts as planned, greets with its number and answers everything with it.
import { parentPort, workerData } from 'node:worker_threads'
import { listen } from '../../src/net/listener.ts'
import { hot_reading, resume_reading } from '../../src/net/socket.ts'

const { plan, index } = workerData
const buffer = new Uint8Array(64 * 1024)

listen(plan, (accepted) => {
  const socket = hot_reading.adopt(accepted, () => buffer, () => {
    socket.write(String(index))
    return true
  })
  socket.on('error', () => {})
  socket.on('end', () => socket.end())
  resume_reading(socket)
  socket.write(String(index))
}, () => {}).then(
  (acceptor) => parentPort!.postMessage({ port: acceptor.port }),
  (error) => parentPort!.postMessage({ error: String(error) }),
)
