// node ping_pong.mjs PORT PAUSE_MS PAIRS: messages to and fro, again and again, each pair on two connections of its own, so that all
// workers have some. For each line of its input it prints one: the round trips since the line before, in milliseconds, sorted.
// Behind the line `rest` it rests until `go`. Ends with its input.
import net from 'node:net'
import { createInterface } from 'node:readline'

const [port, pause_ms, pairs] = process.argv.slice(2)

function connect(subject, on_message) {
  const socket = net.connect(+port, '127.0.0.1')
  socket.setNoDelay(true)
  socket.on('data', (chunk) => {
    if (chunk.includes('PING\r\n')) socket.write('PONG\r\n')
    if (chunk.includes('MSG ')) on_message()
  })
  socket.on('error', (error) => {
    console.error(error.message)
    process.exit(1)
  })
  socket.write(`CONNECT {"verbose":false}\r\nSUB ${subject} 1\r\n`)
  return socket
}

let trips = []
let resting = true
const pings = []

function start_pair(number) {
  let sent = 0
  const ping = () => {
    if (resting) return void pings.push(ping)
    sent = performance.now()
    back.write(`PUB pp.there.${number} 0\r\n\r\n`)
  }
  const there = connect(`pp.there.${number}`, () => there.write(`PUB pp.back.${number} 0\r\n\r\n`))
  const back = connect(`pp.back.${number}`, () => {
    trips.push(performance.now() - sent)
    setTimeout(ping, +pause_ms)
  })
  setTimeout(ping, 200)
}

for (let number = 0; number < +pairs; number++) start_pair(number)
createInterface({ input: process.stdin }).on('line', (line) => {
  resting = line === 'rest'
  if (!resting) { for (const ping of pings.splice(0)) ping() }
  console.log(JSON.stringify(trips.sort((a, b) => a - b)))
  trips = []
}).on('close', () => process.exit(0))
