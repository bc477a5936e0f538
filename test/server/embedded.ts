// Servers inside the test: random ports of loopback, a log that can be waited for, and an end for all of them.
import { default_options, type Options, type RouteAddress } from '../../src/config/options.ts'
import { Server, type ServerStart } from '../../src/server.ts'
import { close_clients, RawClient } from './raw_client.ts'

export interface TestServer {
  server: Server
  port: number
  /** 0 without a cluster. */
  cluster_port: number
  /** Lines as `INF text`. */
  log: string[]
  /** Resolves to the first line that matches, past or future. */
  wait_log(pattern: RegExp, ms?: number): Promise<string>
}

export interface TestOptions extends Partial<Omit<Options, 'cluster' | 'websocket'>> {
  cluster?: Partial<Options['cluster']>
  websocket?: Partial<Options['websocket']>
}

const running = new Set<Server>()

/** Starts a server on 127.0.0.1 with random ports; with `cluster`, also for peers, with `websocket`, also for those. */
export async function start_server(options: TestOptions = {}, start: Partial<ServerStart> = {}): Promise<TestServer> {
  const { cluster, websocket, ...own } = options
  const complete = { ...default_options(), host: '127.0.0.1', port: -1, ...own }
  if (cluster !== undefined) Object.assign(complete.cluster, { host: '127.0.0.1', port: -1, name: 'test' }, cluster)
  if (websocket !== undefined) Object.assign(complete.websocket, { host: '127.0.0.1', port: -1 }, websocket)
  const log: string[] = []
  const watchers = new Set<() => void>()
  const server = await Server.start(complete, {
    write_log(level, text) {
      log.push(`${level} ${text}`)
      for (const watcher of watchers) watcher()
    },
    ...start,
  })
  running.add(server)
  const wait_log = (pattern: RegExp, ms = 5_000) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const line = log.find((each) => pattern.test(each))
        if (line === undefined) return
        clearTimeout(timer)
        watchers.delete(look)
        resolve(line)
      }
      const timer = setTimeout(
        () => reject(new Error(`No log line ${pattern} within ${ms} ms:\n${log.join('\n')}`)),
        ms,
      )
      watchers.add(look)
      look()
    })
  return { server, port: server.ports.client.port, cluster_port: server.ports.cluster?.port ?? 0, log, wait_log }
}

/** For the end of each test. */
export async function stop_all(): Promise<void> {
  close_clients()
  const servers = [...running]
  running.clear()
  await Promise.all(servers.map((server) => server.stop()))
}

/** What a peer has in its `routes` to find that server. */
export const route_to = ({ cluster_port: port }: TestServer, host = '127.0.0.1'): RouteAddress => ({
  scheme: 'nats-route',
  host,
  port,
})

/** Servers that all know the first one only. Resolves when each of them knows of all. */
export async function start_mesh(options: TestOptions[]): Promise<TestServer[]> {
  const servers: TestServer[] = []
  for (const each of options) {
    const routes = servers.length === 0 ? [] : [route_to(servers[0])]
    servers.push(await start_server({ ...each, cluster: { ...each.cluster, routes } }))
  }
  await Promise.all(servers.map(({ port }) => wait_for_mesh(port, servers.length)))
  return servers
}

/** Resolves when the clients of `port` are told of `count` servers. */
export async function wait_for_mesh(port: number, count: number, ms = 10_000): Promise<void> {
  // INFOs follow by themselves from protocol 1 on.
  const client = await RawClient.connect(port, { connect: { protocol: 1 } })
  let urls: string[] = client.info.connect_urls ?? []
  while (urls.length < count) urls = JSON.parse((await client.expect(/INFO (\{.*\}) ?\r\n/, ms))[1]).connect_urls ?? []
  client.close()
}

/**
 * Resolves when a message of `client` on `subject` would find a taker. Routes keep the order: what was subscribed before
 * that subject is known by then, too.
 */
export async function wait_for_interest(client: RawClient, subject: string, ms = 10_000): Promise<void> {
  const end = performance.now() + ms
  await client.send('SUB _INBOX.probe.* 999999\r\n')
  for (let i = 0; performance.now() < end; i++) {
    await client.send(`PUB ${subject} _INBOX.probe.${i} 0\r\n\r\n`)
    await client.flush()
    const refused = new RegExp(`HMSG _INBOX\\.probe\\.${i} 999999 \\d+ \\d+\\r\\nNATS/1\\.0 503[^]*?\\r\\n\\r\\n\\r\\n`)
      .exec(client.text)
    if (refused === null) return void await client.send('UNSUB 999999\r\n')
    client.text = client.text.replace(refused[0], '')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error(`No interest in ${subject} within ${ms} ms`)
}
