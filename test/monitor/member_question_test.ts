// One member is asked for a page of a list.
import * as assert from 'uvu/assert'
import { Buffer } from 'node:buffer'
import {
  ask_member,
  connections_options,
  MemberError,
  type QuestionContext,
  ROWS_MAX,
  subscriptions_options,
} from '../../src/monitor/member_question.ts'
import { Parameters } from '../../src/monitor/parameters.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/member_question')

/** `answer`: what comes back; undefined: nothing. */
function make(answer?: string): { context: QuestionContext; asked: string[] } {
  const asked: string[] = []
  const context: QuestionContext = {
    server_id: 'NOWN',
    inbox: {
      ask(subject, payload, _ms, take) {
        asked.push(`${subject} ${Buffer.from(payload)}`)
        if (answer !== undefined) assert.is(take(Buffer.from(answer)), true)
        return Promise.resolve()
      },
    },
    own_list: (list) => Promise.resolve({ own: list }),
  }
  return { context, asked }
}

const failure = async (context: QuestionContext, id: string): Promise<[number, string]> => {
  try {
    await ask_member(context, id, 'CONNZ', {})
  } catch (error) {
    if (error instanceof MemberError) return [error.status, error.message]
    throw error
  }
  throw new Error('It answered')
}

test('another member is asked by its id, this one is not asked over the mesh', async () => {
  const { context, asked } = make('{"server":{},"data":{"total":3}}')
  assert.equal(await ask_member(context, 'NOTHER', 'SUBSZ', { limit: 7 }), { total: 3 })
  assert.equal(asked, ['$SYS.REQ.SERVER.NOTHER.SUBSZ {"limit":7}'])
  for (const own of ['NOWN', '']) assert.equal(await ask_member(context, own, 'CONNZ', {}), { own: 'CONNZ' })
  assert.is(asked.length, 1)
})

test('why there is no answer is said, with the status that fits', async () => {
  assert.equal(await failure(make().context, 'NOTHER'), [504, 'NOTHER did not answer within 2 s'])
  assert.equal(
    await failure(make('{"error":{"code":500,"description":"invalid sorting option: x"}}').context, 'NOTHER'),
    [
      400,
      'invalid sorting option: x',
    ],
  )
  for (const text of ['', '{', 'null', '{"data":7}']) {
    assert.equal(await failure(make(text).context, 'NOTHER'), [400, 'NOTHER answered what can not be read'])
  }
  assert.is((await failure({ ...make().context, inbox: null }, 'NOTHER'))[0], 404)
})

test('an id that would be more than a part of a subject is none', async () => {
  const { context, asked } = make('{"data":{}}')
  for (const id of ['a.b', '*', '>', 'a b', 'x'.repeat(65)]) assert.is((await failure(context, id))[0], 400, id)
  assert.equal(asked, [])
})

test('parameters become options, and a page is never more than a page', () => {
  const options = (query: string) => connections_options(new Parameters(query))
  assert.equal(options(''), { offset: 0, limit: 25, sort: '', state: 0, cid: 0, auth: true })
  assert.equal(options('sort=rtt&state=closed&offset=50&limit=100000&acc=A&filter_subject=s&cid=7'), {
    ...{ offset: 50, limit: ROWS_MAX, sort: 'rtt', state: 1, cid: 7, auth: true, acc: 'A', filter_subject: 's' },
  })
  assert.equal(subscriptions_options(new Parameters('test=a.b&acc=A&limit=-1&offset=-5')), {
    ...{ offset: 0, limit: 25, subscriptions: true, account: 'A', test: 'a.b' },
  })
  assert.throws(() => options('limit=x'), /Error decoding int/)
})

test.run()
