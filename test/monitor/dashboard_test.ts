// What is answered below /dashboard, and with which headers.
import * as assert from 'uvu/assert'
import { gunzipSync } from 'node:zlib'
import { Dashboard, type DashboardContext } from '../../src/monitor/dashboard.ts'
import { text_body } from '../../src/monitor/encoded_body.ts'
import type { Answer } from '../../src/monitor/http_answer.ts'
import type { Mesh } from '../../src/monitor/mesh_gathering.ts'
import type { PageFiles } from '../../src/monitor/page_files.ts'
import { Parameters } from '../../src/monitor/parameters.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/dashboard')

const FILES: PageFiles = {
  'index.html': { type: 'text/html', body: text_body('<html>', 'best') },
  'app.js': { type: 'text/javascript', body: text_body('js '.repeat(1000), 'best') },
  'app.css': { type: 'text/css', body: text_body('css', 'best') },
}
const MESH: Mesh = { now: 'n', server_id: 'NOWN', reach: 'mesh', expected: 1, took_ms: 1, members: [] }

function make(change: Partial<DashboardContext> = {}) {
  const dashboard = new Dashboard({
    gathering: { mesh: () => Promise.resolve(MESH) },
    files: () => Promise.resolve(FILES),
    websocket_sources: () => Promise.resolve(['ws://*:8080']),
    server_id: 'NOWN',
    inbox: null,
    own_list: (list, options) =>
      Promise.resolve({ total: 1, list, connections: [{ cid: 1, jwt: 'x', name: JSON.stringify(options) }] }),
    ...change,
  })
  const get = async (path: string, headers = {}): Promise<Answer> => {
    const [name, query = ''] = path.split('?')
    const endpoint = dashboard.at(name)
    if (endpoint === undefined) throw new Error(`nothing at ${path}`)
    return await endpoint(new Parameters(query), headers)
  }
  return { dashboard, get }
}

const text = ({ body }: Answer) => Buffer.from(body).toString()

test('the page comes with a policy that lets it reach this server and its WebSocket only', async () => {
  const { get } = make()
  const { status, headers, body } = await get('/dashboard')
  assert.equal([status, Buffer.from(body).toString()], [200, '<html>'])
  assert.is(
    headers['Content-Security-Policy'],
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws://*:8080; " +
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  )
  const alone = await make({ websocket_sources: () => Promise.resolve([]) }).get('/dashboard')
  assert.match(alone.headers['Content-Security-Policy'], "connect-src 'self';")
})

test('a browser that has a file is told so, another gets it compressed', async () => {
  const { get } = make()
  const { headers, body } = await get('/dashboard/app.js', { 'accept-encoding': 'gzip' })
  assert.is(gunzipSync(body as Uint8Array).toString(), 'js '.repeat(1000))
  assert.equal([headers['Content-Type'], headers['Cache-Control']], ['text/javascript', 'no-cache'])
  const again = await get('/dashboard/app.js', { 'if-none-match': headers.ETag })
  assert.equal([again.status, text(again), again.headers.ETag], [304, '', headers.ETag])
  assert.is((await get('/dashboard/app.css', { 'if-none-match': headers.ETag })).status, 200)
})

test('what is nothing of the page is left to others, and a slash too many leads back', async () => {
  const { dashboard, get } = make()
  for (const path of ['/', '/dash', '/dashboards', '/dashboard/x', '/dashboard/app.js/x', '/dashboard/index.html']) {
    assert.is(dashboard.at(path), undefined, path)
  }
  const { status, headers } = await get('/dashboard/')
  assert.equal([status, headers.Location], [307, '../dashboard'])
  assert.is(new URL(headers.Location, 'http://host/nats/ops/dashboard/').pathname, '/nats/ops/dashboard')
})

test('a page that was not built says what to run, and data come all the same', async () => {
  const { get } = make({ files: () => Promise.resolve(null) })
  for (const path of ['/dashboard', '/dashboard/app.js']) {
    const answer = await get(path)
    assert.is(answer.status, 503)
    assert.match(text(answer), 'npm run build')
  }
  assert.is((await get('/dashboard/mesh')).status, 200)
})

test('the mesh is made text once for all who ask', async () => {
  let gathered = 0
  const meshes = [MESH, { ...MESH, now: 'later' }]
  const { get } = make({ gathering: { mesh: () => Promise.resolve(meshes[Math.floor(gathered++ / 2)]) } })
  const [one, two, three] = [await get('/dashboard/mesh'), await get('/dashboard/mesh'), await get('/dashboard/mesh')]
  assert.equal(JSON.parse(text(one)), MESH)
  assert.is(one.body, two.body)
  assert.is(JSON.parse(text(three)).now, 'later')
  assert.equal([one.headers['Cache-Control'], one.headers['Access-Control-Allow-Origin']], ['no-store', undefined])
  for (const answer of [one, await get('/dashboard')]) {
    assert.equal([answer.headers['X-Content-Type-Options'], answer.headers['Cross-Origin-Resource-Policy']], [
      ...['nosniff', 'same-origin'],
    ])
  }
})

test("lists are asked of one member, without what is nobody's business", async () => {
  const { get } = make()
  const { total, connections } = JSON.parse(text(await get('/dashboard/connections?sort=rtt&limit=3')))
  assert.equal([total, connections[0].cid, 'jwt' in connections[0]], [1, 1, false])
  assert.equal(JSON.parse(connections[0].name).sort, 'rtt')
  assert.equal(JSON.parse(text(await get('/dashboard/subscriptions'))), { total: 1, subscriptions: [] })
  const refused = await get('/dashboard/connections?server=NOTHER')
  assert.equal([refused.status, text(refused)], [404, 'Without a system account only this member can be asked'])
  try {
    await get('/dashboard/connections?limit=x')
    assert.unreachable()
  } catch (error) {
    assert.is((error as Error).name, 'ParameterError')
  }
})

test.run()
