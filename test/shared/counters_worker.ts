import { parentPort, workerData } from 'node:worker_threads'
import { SharedLimits } from '../../src/shared/counters.ts'

parentPort!.once('message', () => {
  const limits = new SharedLimits(workerData.memory, 1, 2)
  let taken = 0
  const cids: number[] = []
  for (let i = 0; i < 50_000; i++) {
    if (limits.take_connection(60_000)) taken++
    cids.push(limits.next_cid())
  }
  parentPort!.postMessage({ taken, cids })
})
parentPort!.postMessage('ready')
