// node scripts/bench_index.mjs [SUBSCRIPTIONS]: cost of insert, match and remove in the shared subject index, and the bytes it touches.
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

async function load() {
  if (globalThis.Deno) {
    return { ...await import('../src/shared/subject_index.ts'), ...await import('../src/shared/index_growth.ts') }
  }
  const { build } = await import('esbuild')
  const outfile = join(root, '.cache/test/bench_index.mjs')
  const contents = `export * from './src/shared/subject_index.ts'; export * from './src/shared/index_growth.ts'`
  const stdin = { contents, resolveDir: root, loader: 'ts' }
  await build({ stdin, outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20' })
  return await import(pathToFileURL(outfile).href)
}

const { SubjectIndex, make_index_entry, growth_wanted, start_growth, grow_step, finish_growth } = await load()
const count = Number(process.argv[2] ?? 1_000_000)
const encoder = new TextEncoder()
const show = (name, value) => console.log(name.padEnd(34) + value)

/** The whole growth as a supervisor drives it; adds how long each step held the lock, in ms, to holds_ms. */
function grow(index, holds_ms) {
  index.attach_next(index.allocate_next())
  start_growth(index)
  // A second index plays the matcher thread, so that timing its lock does not slow the first one.
  const matcher = new SubjectIndex(index.buffers, 1)
  const { lock } = matcher
  const acquire = lock.acquire.bind(lock)
  const release = lock.release.bind(lock)
  let from = 0
  lock.acquire = () => {
    const had = acquire()
    from = performance.now()
    return had
  }
  lock.release = () => {
    holds_ms.push(performance.now() - from)
    release()
  }
  for (let node = 1; node !== 0;) node = grow_step(matcher, node)
  finish_growth(index)
  index.drop_previous()
}

function run(title, subject_of) {
  const subjects = Array.from({ length: count }, (_, i) => encoder.encode(subject_of(i)))
  const sids = Array.from({ length: count }, (_, i) => encoder.encode(String(i % 1000)))
  const rss_before = process.memoryUsage().rss
  const index = new SubjectIndex(SubjectIndex.reserve({ log: false }), 0)
  const entry = make_index_entry()
  const ids = new Int32Array(count)
  let growth_ms = 0
  const holds_ms = []
  const start = performance.now()
  for (let i = 0; i < count; i++) {
    entry.bytes = subjects[i]
    entry.subject_end = subjects[i].length
    entry.sid_bytes = sids[i]
    entry.sid_end = sids[i].length
    entry.slot = i & 1023
    ids[i] = index.insert(entry)
    if (ids[i] <= 0) throw new Error(`insert ${i}: ${ids[i]}`)
    if ((i & 1023) === 0 && growth_wanted(index)) {
      const from = performance.now()
      grow(index, holds_ms)
      growth_ms += performance.now() - from
    }
  }
  const insert_ms = performance.now() - start
  console.log(`\n${title}, ${count} subscriptions, ${process.version}`)
  show('insert us, without growth', ((insert_ms - growth_ms) * 1000 / count).toFixed(2))
  show('insert us, with growth', (insert_ms * 1000 / count).toFixed(2))
  holds_ms.sort((a, b) => a - b)
  const hold = (share) =>
    (holds_ms[Math.min(holds_ms.length - 1, Math.floor(share * holds_ms.length))] * 1000).toFixed(1)
  show('growth holds the lock, us', `p50 ${hold(0.5)}, p99.9 ${hold(0.999)}, longest ${hold(1)} of ${holds_ms.length}`)
  show('bytes touched per subscription', (index.bytes_touched() / count).toFixed(1))
  show('rss per subscription', ((process.memoryUsage().rss - rss_before) / count).toFixed(1))
  const out = new Int32Array(1024)
  let found = 0
  const match_all = (list) => {
    for (const subject of list) {
      for (;;) {
        const sequence = index.begin_read()
        found += index.match(0, subject, 0, subject.length, out)
        if (index.end_read(sequence)) break
      }
    }
  }
  const timed = (list, rounds) => {
    const from = performance.now()
    for (let i = 0; i < rounds; i++) match_all(list)
    return (performance.now() - from) * 1000 / (rounds * list.length)
  }
  show('match us, cold', timed(subjects, 1).toFixed(2))
  const shuffled = subjects.slice()
  let state = 12345
  for (let i = count - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const j = Math.floor(state / 4294967296 * (i + 1))
    ;[shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]]
  }
  show('match us, cold, shuffled', timed(shuffled, 1).toFixed(2))
  show('match us, warm (1000 subjects)', timed(subjects.slice(0, 1000), 1000).toFixed(3))
  show('found', found)
  const from = performance.now()
  for (let i = 0; i < count; i++) index.remove(ids[i])
  show('remove us', ((performance.now() - from) * 1000 / count).toFixed(2))
}

run('unique literals', (i) => `bench.${i}`)
run(
  'mix with wildcards',
  (i) =>
    i % 10 < 8
      ? `orders.${i % 1000}.eu.${i}`
      : i % 10 === 8
      ? `orders.${i % 1000}.*.${i}`
      : `orders.${i % 1000}.eu.${i}.>`,
)
