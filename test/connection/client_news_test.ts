import * as assert from 'uvu/assert'
import { type ClientChange, ClientNews } from '../../src/connection/client_news.ts'
import type { EventClient, EventDesk } from '../../src/connection/requester.ts'
import { suite } from '../harness.ts'

const test = suite('connection/client_news')

const client = {
  connection: { cid: 7, ip: '::1', port: 99 },
  session: { name: 'n', account_name: 'A', identity: { user: 'u' }, lang: 'go', version: '1' },
  door: 'websockets',
} as unknown as EventClient

function record() {
  const told: ClientChange[] = [], calls: string[] = []
  const desk: EventDesk = {
    connected: () => void calls.push('connected'),
    disconnected: (_, reason) => void calls.push(`disconnected ${reason}`),
    refused: (_, reason, knocked) => void calls.push(`refused ${reason} ${knocked}`),
  }
  return { told, calls, desk, tell: (change: ClientChange) => void told.push(change) }
}

test('who comes and goes is told, and the system account hears of it as ever', () => {
  const { told, calls, desk, tell } = record()
  const news = new ClientNews(desk, tell)
  news.connected(client)
  news.disconnected(client, 'Client Closed')
  const who = { cid: 7, ip: '::1', port: 99, name: 'n', account: 'A', user: 'u', lang: 'go', version: '1' }
  assert.equal(told, [
    { ...who, is_websocket: true, ended: null },
    { ...who, is_websocket: true, ended: 'Client Closed' },
  ])
  assert.equal(calls, ['connected', 'disconnected Client Closed'])
})

test("who was not let in is none of the program's clients", () => {
  const { told, calls, desk, tell } = record()
  new ClientNews(desk, tell).refused(client, 'x', true)
  new ClientNews(null, tell).refused(client, 'x', true)
  assert.equal([told, calls], [[], ['refused x true']])
})

test('without a system account and without an identity', () => {
  const { told, tell } = record()
  new ClientNews(null, tell).connected({ ...client, session: { ...client.session, identity: null } })
  assert.is(told[0].user, '')
})

test.run()
