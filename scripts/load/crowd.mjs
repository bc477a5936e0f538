// node crowd.mjs PORT CONNECTIONS SUBSCRIPTIONS NAME: raw connections that subscribe and then do nothing but answer PINGs.
// Prints `ready` when the server has taken all of it, and ends with its input.
import net from 'node:net'

const [port, connections, subscriptions, name] = process.argv.slice(2)
const AT_ONCE = 64

/** Resolves when the server has answered the PING behind the subscriptions. */
function join_server(number) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(+port, '127.0.0.1')
    let text = ''
    socket.setNoDelay(true)
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      text = (text + chunk.toString('latin1')).slice(-4096)
      if (text.includes('PING\r\n')) socket.write('PONG\r\n')
      if (text.includes('-ERR')) reject(new Error(text.trim()))
      if (text.includes('PONG\r\n')) resolve(socket)
      text = text.slice(text.lastIndexOf('\n') + 1)
    })
    const lines = [`CONNECT {"verbose":false,"lang":"crowd","version":"1","name":"${name}-${number}"}\r\n`]
    for (let sid = 1; sid <= +subscriptions; sid++) lines.push(`SUB crowd.${name}.${number}.${sid} ${sid}\r\n`)
    socket.write(`${lines.join('')}PING\r\n`)
  })
}

let next = 0
await Promise.all(Array.from({ length: AT_ONCE }, async () => {
  while (next < +connections) await join_server(next++)
}))
console.log('ready')
process.stdin.on('end', () => process.exit(0)).resume()
