// A load generator without a compiler: same flags and JSON as natsload's throughput mode, but itself the limit on small
// messages. node node_load.mjs --pubs 1 --subs 1 --msgs 1000000 --size 16 --pub-addr 127.0.0.1:4222 --sub-addr 127.0.0.1:4222
import net from 'node:net'
import { command_line } from '../arguments.mjs'

const options = command_line({
  pubs: '1',
  subs: '1',
  msgs: '1000000',
  size: '16',
  queue: '',
  subject: 'bench.subject',
  'pub-addr': '127.0.0.1:4222',
  'sub-addr': '127.0.0.1:4222',
  settle: '300',
  timeout: '60',
  pid: '',
})
const { subject, queue } = options
const [publishers, subscribers, messages, size] = [options.pubs, options.subs, options.msgs, options.size].map(Number)
const connect_line =
  'CONNECT {"verbose":false,"pedantic":false,"lang":"node","version":"1","protocol":1,"echo":true}\r\nPING\r\n'

/** Connects and sends first; resolves with the socket once the PONG is there. */
function open(address, first) {
  const [host, port] = address.split(':')
  const socket = net.connect({ host, port: +port, noDelay: true })
  return new Promise((resolve, reject) => {
    let text = ''
    const on_data = (data) => {
      text += data.toString('latin1')
      if (text.includes('-ERR')) reject(new Error(text.trim()))
      if (!text.includes('PONG\r\n')) return
      socket.off('data', on_data)
      resolve(socket)
    }
    socket.on('data', on_data)
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`${address} closed the connection`)))
    socket.write(connect_line.replace('PING', `${first}PING`))
  })
}

/** Counts bytes: every message of one load is as long as the others, so the sum tells when all are there. */
function count_bytes(socket, expected) {
  return new Promise((resolve, reject) => {
    let left = expected
    socket.on('close', () => reject(new Error('the server closed a subscriber')))
    socket.on('data', (data) => {
      left -= data.length
      if (left <= 0) resolve(performance.now())
    })
  })
}

/** Writes count messages, a batch of about 64 KiB at a time, as fast as the socket takes them. */
async function publish(socket, count) {
  const one = `PUB ${subject} ${size}\r\n${'x'.repeat(size)}\r\n`
  const batch = Math.max(1, Math.min(count, Math.floor(65536 / one.length)))
  const bytes = Buffer.from(one.repeat(batch), 'latin1')
  for (let left = count; left > 0; left -= batch) {
    const full = !socket.write(left >= batch ? bytes : bytes.subarray(0, left * one.length))
    if (full) await new Promise((resolve) => socket.once('drain', resolve))
  }
  const pong = new Promise((resolve) =>
    socket.on('data', (data) => data.includes('PONG') && resolve(performance.now()))
  )
  socket.write('PING\r\n')
  return await pong
}

async function main() {
  const subscribe = `SUB ${subject} ${queue ? `${queue} ` : ''}1\r\n`
  const targets = await Promise.all(Array.from({ length: subscribers }, () => open(options['sub-addr'], subscribe)))
  const sources = await Promise.all(Array.from({ length: publishers }, () => open(options['pub-addr'], '')))
  await new Promise((resolve) => setTimeout(resolve, +options.settle))
  const delivered_size = `MSG ${subject} 1 ${size}\r\n`.length + size + 2
  const began = performance.now()
  if (queue && subscribers > 1) throw new Error('a queue group with several members needs natsload')
  const received = targets.map((socket) => count_bytes(socket, delivered_size * messages * publishers))
  const ends = await Promise.all([...sources.map((socket) => publish(socket, messages)), ...received])
  const seconds = (Math.max(...ends) - began) / 1000
  const work = messages * publishers * Math.max(1, subscribers)
  console.log(JSON.stringify({
    mode: 'tput',
    generator: 'node',
    pubs: publishers,
    subs: subscribers,
    size,
    sec: +seconds.toFixed(3),
    pub_rate: Math.round(messages * publishers / seconds),
    deliver_rate: Math.round(work / seconds),
  }))
  process.exit(0)
}

setTimeout(() => {
  console.error(`no end within ${options.timeout} s`)
  process.exit(1)
}, +options.timeout * 1000)
main().catch((error) => {
  console.error(error.message)
  process.exit(1)
})
