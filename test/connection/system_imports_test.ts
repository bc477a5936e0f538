// What every account may ask: who asks, how many listen, and its own connections and figures.
import * as assert from 'uvu/assert'
import { system_imports } from '../../src/connection/system_imports.ts'
import { suite } from '../harness.ts'
import { ActorRig } from './actor_rig.ts'

const test = suite('connection/system_imports')

test('an account sees its own connections under the name of all', () => {
  const found = system_imports('A', 1, 2).map(({ local, remote, account }) => [local, remote, account])
  assert.equal(found, [
    ['$SYS.REQ.USER.INFO', '$SYS.REQ.USER.INFO', 2],
    ['$SYS.DEBUG.SUBSCRIBERS', '$SYS.DEBUG.SUBSCRIBERS', 2],
    ['$SYS.REQ.SERVER.PING.CONNZ', '$SYS.REQ.ACCOUNT.A.CONNZ', 2],
    ['$SYS.REQ.ACCOUNT.PING.CONNZ', '$SYS.REQ.ACCOUNT.A.CONNZ', 2],
    ['$SYS.REQ.ACCOUNT.PING.STATZ', '$SYS.REQ.ACCOUNT.A.STATZ', 2],
  ])
  assert.is(system_imports('$SYS', 2, 2).length, 2, 'those of the system account ask themselves')
})

test('a request of a client becomes one of the system account, and the answer comes back', () => {
  const rig = new ActorRig()
  rig.thread.residents.requests!.renew([])
  rig.settle()
  const client = rig.client()
  client.send('SUB r 1\r\nPUB $SYS.REQ.SERVER.PING.CONNZ r 2\r\n{}\r\n')
  const [request] = rig.requests
  assert.is(request.subject, '$SYS.REQ.ACCOUNT.$G.CONNZ')
  assert.match(request.reply, /^_R_\./)
  const { account } = rig.settings.system!
  for (const text of ['one', 'two']) {
    const subject = Buffer.from(request.reply)
    rig.thread.residents.own.push({ account, subject, header_size: 0, body: Buffer.from(`${text}\r\n`) })
  }
  rig.settle()
  assert.is(client.take(), 'MSG r 1 3\r\none\r\nMSG r 1 3\r\ntwo\r\n', 'one from each server')
})

test('who asks is answered at once; how many listen is asked of the supervisor', () => {
  const rig = new ActorRig()
  const client = rig.client()
  const answer = client.talk('SUB r 1\r\nPUB $SYS.REQ.USER.INFO r 0\r\n\r\nPUB $SYS.REQ.USER.INFO 0\r\n\r\n')
  const [, json] = /^MSG r 1 \d+\r\n(.*)\r\n$/.exec(answer)!
  const { server, data } = JSON.parse(json)
  assert.equal([server.id, data], ['NOWN', { user: '', account: '$G', account_name: '$G' }])
  client.send('PUB $SYS.DEBUG.SUBSCRIBERS r 5\r\na.b q\r\n')
  assert.equal(rig.questions, [{ account: 0, text: 'a.b q', reply: 'r' }])
})

test.run()
