import * as assert from 'uvu/assert'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { system_clock } from '../../src/base/clock.ts'
import { ask_for_routes } from '../../src/local_mesh/route_question.ts'
import { ManualClock } from '../manual_clock.ts'
import { suite } from '../harness.ts'

const test = suite('local_mesh/route_question')

async function ask(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  login = '',
  clock = system_clock(),
): Promise<string[] | null> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    return await ask_for_routes({ url: `http://127.0.0.1:${port}/base`, login }, clock)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}
const say = (text: string, status = 200) => (_: IncomingMessage, response: ServerResponse) =>
  void response.writeHead(status).end(text)

test('whom a member has routes to, each once', async () => {
  const routes = ['b', 'c', 'b'].map((remote_name) => ({ remote_name }))
  assert.equal(await ask(say(JSON.stringify({ routes }))), ['b', 'c'])
  assert.equal(await ask(say('{"routes":[]}')), [])
})

test('the path is below that of all endpoints, and who has to log in does', async () => {
  let seen: unknown[] = []
  await ask((request, response) => {
    seen = [request.url, request.headers.authorization]
    response.end('{"routes":[]}')
  }, 'u:p')
  assert.equal(seen, ['/base/routez', 'Basic dTpw'])
})

test('what makes no sense is no answer', async () => {
  assert.is(await ask(say('{"routes":[]}', 401)), null)
  assert.is(await ask(say('<html>')), null)
  assert.is(await ask(say('{}')), null)
  assert.is(await ask((request) => void request.socket.destroy()), null)
})

test('an answer that does not come is not waited for', async () => {
  const clock = new ManualClock()
  assert.is(await ask(() => clock.pass(3_000), '', clock), null)
})

test.run()
