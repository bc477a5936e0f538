import { start_server, stop_all } from './embedded.ts'
import { RawClient } from './raw_client.ts'
const sleep = (n: number) => new Promise((r) => setTimeout(r, n))
const V = process.env.V ?? ''
const a = await start_server({ workers: 2, route_workers: 1, cluster: {} , trace: V.includes('t')})
const routes = [{ host: '127.0.0.1', port: a.cluster_port } as never]
const b = await start_server({ workers: 2, route_workers: 1, cluster: { routes }, trace: V.includes('t') })
const here = await RawClient.connect(a.port), there = await RawClient.connect(b.port)
await sleep(500)
if (V.includes('b')) { await here.send('SUB before 1\r\n'); await here.flush(); await sleep(300); await there.send('PUB before 0\r\n\r\n'); await there.flush(); await here.expect(/MSG/) }
await a.server.terminate_worker(2)
await a.wait_log(/was restarted/)
await here.send('SUB after 2\r\n'); await here.flush()
if (V.includes('p')) { await there.send('PUB after 0\r\n\r\n'); await there.flush() }
await sleep(2000)
if (V.includes('o')) { const o = await RawClient.connect(b.port); await o.send('PUB after 2\r\noo\r\n'); await o.flush() ; await sleep(100) }
if (V.includes('o')) { const o = await RawClient.connect(b.port); await o.send('PUB after 2\r\noo\r\n'); await o.flush() ; await sleep(100) }
await there.send('PUB after 1\r\nx\r\n'); await there.flush()
await sleep(300)
console.log(V, JSON.stringify(here.text))
if (V.includes('t')) console.log(a.log.filter((l) => /TRC/.test(l)).join('\n'), '\n---\n', b.log.filter((l) => /TRC/.test(l)).join('\n'))
await stop_all()
process.exit()
