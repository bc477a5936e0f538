import * as assert from 'uvu/assert'
import { createServer } from 'node:net'
import { find_port_owner, type SystemFiles } from '../../src/review/port_owner.ts'
import { suite } from '../harness.ts'

const test = suite('review/port_owner')

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const line = (port: string, state: string, inode: number) =>
  `   0: 0100007F:${port} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0 100\n`

/** Process 7 has socket 70 open, and 8 is hidden. */
function system(tcp: string, tcp6 = ''): SystemFiles {
  const texts: Record<string, string> = {
    '/proc/net/tcp': HEAD + tcp,
    '/proc/net/tcp6': HEAD + tcp6,
    '/proc/7/comm': 'node\n',
  }
  return {
    list(folder) {
      if (folder === '/proc') return ['self', '8', '7']
      if (folder === '/proc/7/fd') return ['0', '1']
      throw new Error('EACCES')
    },
    read(path) {
      if (!Object.hasOwn(texts, path)) throw new Error('ENOENT')
      return texts[path]
    },
    link: (path) => path === '/proc/7/fd/1' ? 'socket:[70]' : '/dev/null',
  }
}

test('the process that listens is found by its socket, of either family', () => {
  assert.equal(find_port_owner(4222, system(line('107E', '0A', 70))), { pid: 7, name: 'node' })
  assert.equal(find_port_owner(4222, system('', line('107E', '0A', 70))), { pid: 7, name: 'node' })
  assert.equal(find_port_owner(80, system(line('0050', '0A', 70))), { pid: 7, name: 'node' })
})

test('a connection is no listener, another port another one, and a hidden process is nobody', () => {
  assert.is(find_port_owner(4222, system(line('107E', '01', 70))), null)
  assert.is(find_port_owner(4223, system(line('107E', '0A', 70))), null)
  assert.is(find_port_owner(4222, system(line('107E', '0A', 80))), null)
  const none = { list: () => [], read: () => '', link: () => '' }
  assert.is(find_port_owner(4222, none), null)
})

test('on this system it is this process, where there is /proc', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const owner = find_port_owner(port)
  assert.is(owner?.pid ?? null, process.platform === 'linux' ? process.pid : null)
  await new Promise((resolve) => server.close(resolve))
})

test.run()
