// Fills a ring with numbered records of random sizes; every 500th or so is a long one.
import { parentPort, workerData } from 'node:worker_threads'
import { seeded_random } from '../../src/base/prng.ts'
import { RingWriter } from '../../src/shared/ring.ts'
import { FragmentWriter } from '../../src/shared/fragments.ts'

const { memory, records, seed, batch } = workerData
const writer = new RingWriter(memory)
const long = new FragmentWriter(writer)
const random = seeded_random(seed)

for (let i = 0; i < records; i++) {
  const is_long = random.below(500) === 0
  const length = is_long ? 4000 + random.below(30_000) : 4 + random.below(200)
  if (length > writer.record_bytes_max) {
    const content = new Uint8Array(length)
    new Int32Array(content.buffer, 0, 1)[0] = i
    for (let k = 4; k < length; k++) content[k] = i + k
    long.start(i & 15, [content.subarray(0, 1000), content.subarray(1000)])
    while (!long.step()) writer.publish()
    continue
  }
  let offset
  while ((offset = writer.claim(length, i & 15)) < 0) writer.publish()
  writer.words[offset >> 2] = i
  for (let k = 4; k < length; k++) writer.bytes[offset + k] = i + k
  writer.commit()
  if (i % batch === 0) writer.publish()
}
writer.publish()
parentPort!.postMessage('done')
