import { request as http_request } from 'node:http'
import * as net from 'node:net'
import * as assert from 'uvu/assert'
import { system_clock } from '../../src/base/clock.ts'
import { make_log } from '../../src/base/log.ts'
import { Endpoints } from '../../src/monitor/endpoints.ts'
import { type Doorkeeper, monitor_base_path, MonitorServer } from '../../src/monitor/http.ts'
import type { MonitorSource } from '../../src/monitor/reports.ts'
import { suite } from '../harness.ts'
import { fake_source } from './fake_source.ts'
import { sample_client, sample_route, sample_server } from './samples.ts'

const test = suite('monitor/http')

const asked: string[] = []
const ENDPOINTS = [
  ...['/varz', '/connz', '/routez', '/subsz', '/subscriptionsz', '/accountz', '/accountz?acc=A', '/accstatz'],
  ...['/gatewayz', '/leafz'],
]

const SOURCE = fake_source({
  open: [sample_client(1, { name: '<é&>' }), sample_client(2)],
  closed: [sample_client(3, { stop_ms: 5, reason: 'Client Closed' })],
  routes: [sample_route(4)],
  subscriptions: [{ account: '$G', subject: 'foo', sid: '1', messages: 0, cid: 1 }],
}, (what) => void asked.push(what))

interface Reply {
  status: number
  headers: Record<string, unknown>
  text: string
}

interface Monitor {
  get(path: string, method?: string): Promise<Reply>
  port: number
  lines: string[]
}

const unchanged = () => Promise.resolve({ status: 304, headers: { ETag: '"x"' }, body: '' })

/** Runs the body with a monitor on a free port. Requests keep their path as it is, which fetch would clean. */
async function with_monitor(
  option: string,
  change: Partial<MonitorSource>,
  body: (monitor: Monitor) => unknown,
  doorkeeper: Doorkeeper | null = null,
) {
  const lines: string[] = []
  const log = make_log((level, text) => void lines.push(`${level} ${text}`), false, false)
  const base_path = monitor_base_path(option)
  const command_line = ['onehop', '-pass', '[REDACTED]']
  const source = { ...SOURCE, ...change }
  const endpoints = new Endpoints({ source, log, base_path, command_line, metrics_prefix: () => 'gnatsd' })
  const server = new MonitorServer({
    base_path,
    at: (path) => path === '/unchanged' ? unchanged : endpoints.at(path),
    tls: null,
    doorkeeper,
    clock: system_clock(),
  }, log)
  const port = await server.listen('127.0.0.1', -1)
  const get = (path: string, method = 'GET') =>
    new Promise<Reply>((resolve, reject) => {
      http_request({ host: '127.0.0.1', port, path, method }, async (response) => {
        let text = ''
        for await (const chunk of response.setEncoding('utf8')) text += chunk
        resolve({ status: response.statusCode!, headers: response.headers, text })
      }).on('error', reject).end()
    })
  try {
    await body({ get, port, lines })
  } finally {
    await server.close()
  }
}

test('every endpoint answers pretty JSON that any page may read', () =>
  with_monitor('', {}, async ({ port, lines }) => {
    for (const path of ENDPOINTS) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`)
      const text = await response.text()
      assert.is(response.status, 200)
      assert.is(response.headers.get('content-type'), 'application/json')
      assert.is(response.headers.get('access-control-allow-origin'), '*')
      assert.ok(text.startsWith('{\n  "server_id": "NID",\n'), path)
      assert.ok(text.endsWith('\n}'))
    }
    assert.equal(lines, [])
  }))

test('characters that HTML could misread are escaped inside JSON', () =>
  with_monitor('', {}, async ({ get }) => {
    const { text } = await get('/connz')
    assert.match(text, String.raw`"name": "\u003cé\u0026\u003e"`)
    assert.is(JSON.parse(text).connections[0].name, '<é&>')
  }))

test('the source is asked for what is needed only', () =>
  with_monitor('', {}, async ({ get }) => {
    asked.length = 0
    const cids = JSON.parse((await get('/connz?state=closed&subs=1')).text).connections.map((x: any) => x.cid)
    assert.equal(cids, [3])
    await get('/connz?state=all&subs=detail')
    await get('/routez?subs=1')
    await get('/subsz')
    await get('/subsz?subs=1&acc=A&test=%C3%A9')
    assert.equal(asked, [
      'client rows by cid',
      '2 clients true',
      'routes true',
      'counts undefined',
      'counts A',
      'subscriptions A \u00c3\u00a9',
    ])
  }))

test('healthz is compact and logs what is wrong', () =>
  with_monitor('', { health: () => ['server'] }, async ({ get, lines }) => {
    const reply = await get('/healthz?js-enabled=1')
    assert.is(reply.status, 500)
    assert.is(reply.text, '{"status":"error","error":"failed to be ready for connections after 1ms: server"}')
    assert.is(reply.headers['content-type'], 'application/json')
    assert.is(reply.headers['access-control-allow-origin'], '*')
    assert.equal(lines, [
      'WRN Healthcheck: js-enabled deprecated, use js-enabled-only instead',
      'WRN Healthcheck failed: "failed to be ready for connections after 1ms: server"',
    ])
  }))

test('parameter errors are plain text for the same origin', () =>
  with_monitor('', {}, async ({ get }) => {
    for (const path of ['/connz?subs=xxx', '/routez?subs=xxx', '/subsz?subs=xxx']) {
      const reply = await get(path)
      assert.is(reply.status, 400)
      assert.is(reply.text, `Error decoding boolean for 'subs': strconv.ParseBool: parsing "xxx": invalid syntax`)
      assert.is(reply.headers['content-type'], 'text/plain; charset=utf-8')
      assert.is(reply.headers['access-control-allow-origin'], undefined)
    }
    assert.is((await get('/varz?foo=bar&callback=f')).status, 200)
  }))

test('unknown paths are not found', () =>
  with_monitor('', {}, async ({ get }) => {
    for (const path of ['/nope', '/varz/', '/stacksz', '/VARZ']) {
      const reply = await get(path)
      assert.equal([reply.status, reply.text], [404, '404 page not found\n'])
      assert.is(reply.headers['content-type'], 'text/plain; charset=utf-8')
    }
    assert.is((await get('/%zz')).status, 400)
  }))

test('a path with detours is redirected', () =>
  with_monitor('', {}, async ({ get }) => {
    const reply = await get('//varz?a=1&b=2')
    assert.equal([reply.status, reply.headers.location], [307, '/varz?a=1&b=2'])
    assert.is(reply.text, '<a href="/varz?a=1&#38;b=2">Temporary Redirect</a>.\n\n')
  }))

test('every method is served, HEAD without a body', () =>
  with_monitor('', {}, async ({ get }) => {
    for (const method of ['POST', 'OPTIONS', 'DELETE']) {
      assert.equal([(await get('/healthz', method)).text], ['{"status":"ok"}'])
    }
    const head = await get('/healthz', 'HEAD')
    assert.equal([head.status, head.text, head.headers['content-length']], [200, '', '15'])
  }))

test('the root is a page in ASCII with links', () =>
  with_monitor('', { server: () => Promise.resolve({ ...sample_server(), server_name: 'é<b>' }) }, async ({ get }) => {
    const { status, headers, text } = await get('/')
    assert.equal([status, headers['content-type']], [200, 'text/html; charset=utf-8'])
    for (const path of ['varz', 'connz', 'routez', 'subsz', 'accountz', 'healthz']) {
      assert.match(text, `href="./${path}"`)
    }
    assert.match(text, '<h1>&#233;&#60;b&#62;</h1>')
    assert.match(text, '2.9.10')
    // deno-lint-ignore no-control-regex
    assert.ok(/^[\x00-\x7f]*$/.test(text))
  }))

test('a base path stands before every path but not in the counts', () =>
  with_monitor('a/nats/', {}, async ({ get }) => {
    for (const path of ['/a/nats', '/a/nats/varz', '/a/nats/healthz']) assert.is((await get(path)).status, 200, path)
    for (const path of ['/varz', '/', '/a/nats/', '/a', '/a/natsvarz', '/a/nats/nope']) {
      assert.is((await get(path)).status, 404, path)
    }
    const link = /href="(\.\/[^"]*varz)"/.exec((await get('/a/nats')).text)![1]
    assert.is(new URL(link, 'http://x/a/nats').pathname, '/a/nats/varz')
    const { http_req_stats } = JSON.parse((await get('/a/nats/varz')).text)
    assert.equal(http_req_stats, { '/': 2, '/varz': 2, '/healthz': 1 })
  }))

test('requests are counted as nats-server counts them', () =>
  with_monitor('', {}, async ({ get }) => {
    for (const path of ['/connz?subs=xxx', '/connz?sort=foo', '/connz', '/routez?subs=xxx', '/routez']) await get(path)
    for (const path of ['/subsz?limit=x', '/subscriptionsz', '/nope', '/healthz', '/']) await get(path)
    assert.equal(JSON.parse((await get('/varz')).text).http_req_stats, {
      '/': 1,
      '/connz': 2,
      '/healthz': 1,
      '/routez': 1,
      '/subsz': 2,
      '/varz': 1,
    })
  }))

test('a source that fails is an error of the server', () =>
  with_monitor('', { server: () => Promise.reject(new Error('worker gone')) }, async ({ get, lines }) => {
    assert.is((await get('/varz')).status, 500)
    assert.is(lines.at(-1), 'ERR monitoring: worker gone')
  }))

test('a connection serves several requests, and HTTP 1.0 too', () =>
  with_monitor('', {}, async ({ port }) => {
    const talk = (text: string, done: RegExp) =>
      new Promise<string>((resolve, reject) => {
        const socket = net.connect(port, '127.0.0.1', () => socket.write(text))
        let received = ''
        socket.on('data', (chunk) => {
          received += chunk
          if (done.test(received)) socket.destroy()
        })
        socket.on('close', () => resolve(received)).on('error', reject)
      })
    const one = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'
    const kept = await talk(one + one, /"ok"}[^]*"ok"}/)
    assert.is(kept.match(/HTTP\/1\.1 200 OK\r\n/g)!.length, 2)
    assert.match(await talk('GET /healthz HTTP/1.0\r\n\r\n', /$^/), /^HTTP\/1\.[01] 200 OK\r\n[^]*\{"status":"ok"\}$/)
  }))

test('a taken port is an error with the text for the log', () =>
  with_monitor('', {}, async ({ port, lines }) => {
    const second = new MonitorServer(
      { base_path: '', at: () => undefined, tls: null, doorkeeper: null, clock: system_clock() },
      make_log(() => {}, false, false),
    )
    const text = await second.listen('127.0.0.1', port).then(() => '', (error: Error) => error.message)
    assert.is(
      text,
      `Can't start monitoring: can't listen to the monitor port: listen tcp 127.0.0.1:${port}: bind: address already in use`,
    )
    await second.close()
    assert.equal(lines, [])
  }))

test('who is not let in gets no answer but that', () => {
  const admits = (path: string, authorization: string | undefined) =>
    Promise.resolve(path === '/healthz' || authorization === 'Basic YTpi')
  return with_monitor('', {}, async ({ get, port }) => {
    for (const path of ['/varz', '/', '/nope', '/connz?subs=xxx']) {
      const { status, headers, text } = await get(path)
      assert.equal([status, headers['www-authenticate']], [401, 'Basic realm="monitoring", charset="UTF-8"'], path)
      assert.is(text, 'A user and a password are needed here\n')
    }
    assert.is((await get('/healthz')).status, 200)
    const response = await fetch(`http://127.0.0.1:${port}/varz`, { headers: { authorization: 'Basic YTpi' } })
    assert.is(response.status, 200)
    await response.text()
  }, { admits })
})

test('what has no meaning here is answered as nats-server answers without it', () =>
  with_monitor('', {}, async ({ get }) => {
    const { status, text } = await get('/raftz')
    assert.equal([status, text], [404, 'No Raft nodes registered'])
    const jsz = await get('/jsz?leader-only=1')
    assert.equal([jsz.status, jsz.text], [400, 'filtered response: not leader'])
    const { cmdline, memstats } = JSON.parse((await get('/debug/vars')).text)
    assert.equal(cmdline, ['onehop', '-pass', '[REDACTED]'])
    assert.ok(memstats.HeapAlloc > 0 && memstats.Sys > memstats.HeapAlloc)
  }))

test('what has not changed has no length, which would be taken for that of what the browser has', () =>
  with_monitor('', {}, async ({ get }) => {
    const { status, headers, text } = await get('/unchanged')
    assert.equal([status, headers.etag, 'content-length' in headers, text], [304, '"x"', false, ''])
  }))

test.run()
