// IPv6 and dual-stack listening, for clients and peers.
import * as assert from 'uvu/assert'
import { networkInterfaces } from 'node:os'
import { suite } from '../harness.ts'
import { route_to, start_server, stop_all, type TestServer, wait_for_interest, wait_for_mesh } from './embedded.ts'
import { RawClient } from './raw_client.ts'

const test = suite('server/03_addresses', 20_000)
test.after.each(stop_all)

const has_ipv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))

async function exchange(port: number, hosts: string[]): Promise<void> {
  const subscriber = await RawClient.connect(port, { host: hosts[0] })
  await subscriber.send('SUB foo 1\r\n')
  await subscriber.flush()
  for (const host of hosts) {
    const publisher = await RawClient.connect(port, { host })
    await publisher.send('PUB foo 2\r\nhi\r\n')
    await subscriber.expect(/^MSG foo 1 2\r\nhi\r\n/)
    publisher.close()
  }
}

/** Who else answers there is a server of another suite: the system gives the same port to somebody at each address. */
const is_not_at = ({ port, server }: TestServer, host: string) =>
  RawClient.open(port, { host }).then(({ info }) => info.server_id !== server.identity.server_id, () => true)

for (const workers of [0, 2]) {
  test(`a server on 127.0.0.1 is not reached over IPv6 (workers ${workers})`, async () => {
    const one = await start_server({ workers })
    await exchange(one.port, ['127.0.0.1'])
    if (has_ipv6) assert.ok(await is_not_at(one, '::1'))
  })

  if (has_ipv6) {
    test(`a server on [::1] serves IPv6 only (workers ${workers})`, async () => {
      const one = await start_server({ workers, host: '[::1]' })
      const { port, wait_log } = one
      assert.is(await wait_log(/client connections/), `INF Listening for client connections on [::1]:${port}`)
      await exchange(port, ['::1'])
      assert.ok(await is_not_at(one, '127.0.0.1'))
    })

    for (const host of ['::', '[::]']) {
      test(`a server on ${host} serves both kinds of addresses (workers ${workers})`, async () => {
        const { port, wait_log } = await start_server({ workers, host })
        assert.is(await wait_log(/client connections/), `INF Listening for client connections on [::]:${port}`)
        await exchange(port, ['::1', '127.0.0.1'])
      })
    }

    test(`peers find each other over IPv6 (workers ${workers})`, async () => {
      const on_ipv6 = { workers, host: '::1' }
      const a = await start_server({ ...on_ipv6, cluster: { host: '::1' } })
      const b = await start_server({ ...on_ipv6, cluster: { host: '::1', routes: [route_to(a, '::1')] } })
      const subscriber = await RawClient.connect(a.port, { host: '::1' })
      await subscriber.send('SUB foo 1\r\n')
      await subscriber.flush()
      const publisher = await RawClient.connect(b.port, { host: '::1' })
      await wait_for_interest(publisher, 'foo')
      await subscriber.expect(/MSG foo 1 0\r\n|MSG foo 1 _INBOX\.probe\.\d+ 0\r\n/)
      const { info } = await RawClient.connect(b.port, { host: '::1' })
      assert.ok(info.connect_urls.includes(`[::1]:${a.port}`), String(info.connect_urls))
    })
  }
}

test('a dual-stack server takes peers of both kinds', async () => {
  if (!has_ipv6) return
  const a = await start_server({ workers: 1, cluster: { host: '::' } })
  for (const host of ['127.0.0.1', '::1']) {
    const b = await start_server({ workers: 0, cluster: { routes: [route_to(a, host)] } })
    await wait_for_mesh(b.port, 2)
    await b.server.stop()
  }
})

test.run()
