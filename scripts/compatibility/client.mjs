// node client.mjs MODULE: tries a JavaScript client of NATS against the servers that the environment names. MODULE is a path, or a
// package name. Each step is a line: `ok STEP`, or `failed STEP: why`. `restart` asks for the end of server A.
import { readFileSync } from 'node:fs'
import process from 'node:process'

const [name] = process.argv.slice(2)
const { A, B, TLS, CA, WEBSOCKET } = process.env
if (WEBSOCKET) globalThis.WebSocket ??= (await import(WEBSOCKET)).WebSocket
const library = await import(name)
const connect = WEBSOCKET ? library.wsconnect ?? library.connect : library.connect
const scheme = (address, secure = false) => WEBSOCKET ? `${secure ? 'wss' : 'ws'}://${address}` : address
const encode = (text) => new TextEncoder().encode(text)
const decode = (data) => new TextDecoder().decode(data)
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function within(ms, what, promise) {
  let timer
  const late = new Promise((_, reject) => timer = setTimeout(() => reject(new Error(`no ${what} within ${ms} ms`)), ms))
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

async function step(title, run) {
  try {
    await within(20_000, 'end', run())
    console.log(`ok ${title}`)
  } catch (error) {
    console.log(`failed ${title}: ${String(error?.message ?? error).split('\n')[0]}`)
  }
}

/** A subscription whose messages are in a list. */
function listen(connection, subject, options = {}) {
  const heard = []
  connection.subscribe(subject, { ...options, callback: (_error, message) => heard.push(message) })
  return heard
}

/** Publishes until somebody has heard it: interest takes a moment to the other server. */
async function until_heard(publish, heard, ms = 5_000) {
  const end = Date.now() + ms
  while (heard.length === 0 && Date.now() < end) {
    publish()
    await wait(50)
  }
  if (heard.length === 0) throw new Error('nothing was heard')
}

let a, b
await step('connect', async () => {
  a = await connect({ servers: [scheme(A)], name: 'a', maxReconnectAttempts: -1, reconnectTimeWait: 100 })
  b = await connect({ servers: [scheme(B)], name: 'b', ignoreClusterUpdates: true })
})
await step('publish and subscribe', async () => {
  const heard = listen(b, 'plain.*')
  await b.flush()
  await until_heard(() => a.publish('plain.x', encode('hello')), heard)
  if (decode(heard[0].data) !== 'hello' || heard[0].subject !== 'plain.x') throw new Error('it is another message')
})
await step('request', async () => {
  b.subscribe('service', { callback: (_error, message) => message.respond(encode(`re ${decode(message.data)}`)) })
  await b.flush()
  await wait(300)
  const answer = await a.request('service', encode('q'), { timeout: 3_000 })
  if (decode(answer.data) !== 're q') throw new Error('it is another answer')
  const began = Date.now()
  const refused = await a.request('nobody', encode(''), { timeout: 3_000 }).then(() => false, () => true)
  if (!refused || Date.now() - began > 2_000) throw new Error('without a responder it is not told at once')
})
await step('queue', async () => {
  const both = [listen(a, 'work', { queue: 'q' }), listen(b, 'work', { queue: 'q' })]
  await Promise.all([a.flush(), b.flush()])
  await wait(300)
  for (let i = 0; i < 100; i++) a.publish('work', encode(String(i)))
  await a.flush()
  await wait(500)
  const count = both[0].length + both[1].length
  if (count !== 100) throw new Error(`${count} of 100 were taken`)
})
await step('headers', async () => {
  const heard = listen(b, 'headed')
  await b.flush()
  const headers = library.headers()
  headers.set('Key', 'value')
  await until_heard(() => a.publish('headed', encode('x'), { headers }), heard)
  if (heard[0].headers?.get('Key') !== 'value') throw new Error('the header did not arrive')
})
await step('reconnect', async () => {
  const heard = listen(a, 'after')
  await a.flush()
  console.log('restart')
  await until_heard(() => b.publish('after', encode('x')), heard, 300).catch(() => {})
  await wait(500)
  heard.length = 0
  await until_heard(() => b.publish('after', encode('x')), heard, 10_000)
  if (a.getServer().includes(A.split(':')[1])) throw new Error('it is at the server that has ended')
})
await step('TLS', async () => {
  // WebSocket clients take their authorities from NODE_EXTRA_CA_CERTS.
  const tls = WEBSOCKET ? {} : { tls: { ca: readFileSync(CA, 'utf8') } }
  const secured = await connect({ servers: [scheme(TLS, true)], ...tls })
  const heard = listen(secured, 'secret')
  await until_heard(() => secured.publish('secret', encode('x')), heard)
  await secured.close()
})
await Promise.race([Promise.all([a?.close(), b?.close()]), wait(1_000)]).catch(() => {})
process.exit(0)
