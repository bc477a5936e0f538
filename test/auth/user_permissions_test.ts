import * as assert from 'uvu/assert'
import { PermissionRules, type UserPermissions } from '../../src/auth/user_permissions.ts'
import { suite } from '../harness.ts'

const test = suite('auth/user_permissions')

/** Which of the texts may: subjects to publish to, or `subject queue` to subscribe to. */
const published = (permissions: UserPermissions, ...subjects: string[]) => {
  const rules = new PermissionRules(permissions)
  return subjects.filter((subject) => rules.may_publish(subject))
}
const subscribed = (permissions: UserPermissions['subscribe'], ...wanted: string[]) => {
  const rules = new PermissionRules({ ...(permissions && { subscribe: permissions }) })
  return wanted.filter((text) => {
    const [subject, queue = ''] = text.split(' ')
    return rules.may_subscribe(subject, queue)
  })
}

test('without a list everything may be, and an empty one is none', () => {
  assert.equal(published({}, 'a', 'b.c'), ['a', 'b.c'])
  assert.equal(published({ publish: { allow: [], deny: [] } }, 'a'), ['a'])
  assert.equal(subscribed({ allow: [] }, '>', 'a q'), ['>', 'a q'])
})

test('what is published has to be allowed and must not be denied', () => {
  const publish = { allow: ['a.>', 'b', 'c.*'], deny: ['a.secret', 'a.*.no'] }
  const subjects = ['a.x', 'a.x.y', 'b', 'c.x', 'a', 'c.x.y', 'd', 'a.secret', 'a.x.no', 'a.secret.x']
  assert.equal(published({ publish }, ...subjects), ['a.x', 'a.x.y', 'b', 'c.x', 'a.secret.x'])
  assert.equal(published({ publish: { allow: ['a.b'] } }, 'a.*', 'a.>'), [], 'a wildcard is a word')
})

test('who may only answer may publish nothing else of itself', () => {
  const responses = { max: 1, expires_ms: 1 }
  assert.equal(published({ responses }, 'a'), [])
  assert.equal(published({ responses, publish: { allow: ['log'] } }, 'log', 'a'), ['log'])
  assert.equal(new PermissionRules({ responses }).responses, responses)
})

test('a subscription has to be covered as a whole', () => {
  const allow = ['a.>', 'b', 'c.*', 'd.*.e']
  const fine = ['a.x', 'a.>', 'a.*.c', 'a.*', 'a.b.>', 'c.*', 'c.x', 'b', 'd.*.e', 'd.x.e']
  assert.equal(subscribed({ allow }, ...fine), fine)
  assert.equal(subscribed({ allow }, '>', '*', 'a', 'c.x.y', 'b.*', 'c.>', 'd.>', 'd.*.*', 'd.x.>', '*.x'), [])
})

test('what is denied as a whole may not be, what overlaps may', () => {
  const deny = ['foo.*', 'x.y']
  assert.equal(subscribed({ deny }, 'foo.bar', 'foo.*', 'x.y', 'x.y q'), [])
  assert.equal(subscribed({ deny }, 'foo.bar.baz', 'foo.>', '>', 'x.*', 'bar q'), [
    'foo.bar.baz',
    'foo.>',
    '>',
    'x.*',
    'bar q',
  ])
})

test('an entry with a queue is for that queue', () => {
  assert.equal(subscribed({ allow: ['foo bar'] }, 'foo', 'foo bar', 'foo fizz'), ['foo bar'])
  assert.equal(subscribed({ allow: ['foo', 'foo v1'] }, 'foo', 'foo v1', 'foo v2'), ['foo', 'foo v1'])
  assert.equal(subscribed({ allow: ['foo bar.*'] }, 'foo bar.fizz', 'foo bar', 'foo bar.a.b', 'foo'), ['foo bar.fizz'])
  assert.equal(subscribed({ allow: ['> bar.>'] }, 'x bar.y', 'x', 'x bang'), ['x bar.y'])
  assert.equal(subscribed({ allow: ['foo'] }, 'foo any', 'foo', 'bar any'), ['foo any', 'foo'])
  assert.equal(subscribed({ deny: ['> >'] }, 'foo', '>', 'foo q', 'bar.baz q.x'), ['foo', '>'])
  assert.equal(subscribed({ deny: ['foo v1', 'bar v.*'] }, 'foo v1', 'foo v2', 'foo', 'bar v.9', 'bar w'), [
    'foo v2',
    'foo',
    'bar w',
  ])
})

test('what is denied is withheld from wider subscriptions, too', () => {
  const rules = new PermissionRules({ subscribe: { deny: ['foo.baz', 'foo.* q.*'] } })
  assert.equal([rules.withholds('foo.baz', ''), rules.withholds('foo.bar', ''), rules.withholds('bar', '')], [
    true,
    false,
    false,
  ])
  assert.equal([rules.withholds('foo.bar', 'q.1'), rules.withholds('foo.bar', 'r'), rules.withholds('foo.baz', 'r')], [
    true,
    false,
    true,
  ])
  assert.is(new PermissionRules({ subscribe: { allow: ['a'] } }).withholds('b', ''), false)
})

test('subjects of the configuration are compared as the bytes of the wire', () => {
  const bytes = Buffer.from('größe').toString('latin1')
  assert.equal(published({ publish: { allow: ['größe'] } }, bytes, 'größe'), [bytes])
})

test.run()
