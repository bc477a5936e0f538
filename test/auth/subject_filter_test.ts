import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { newly_allowed, subject_filter, SubjectFilter } from '../../src/auth/subject_filter.ts'
import { suite } from '../harness.ts'

const test = suite('auth/subject_filter')

/** Subjects of few words, so that they meet; no `>` but at the end. */
const word = fc.constantFrom('a', 'b', '*')
const subject = fc.tuple(fc.array(word, { minLength: 1, maxLength: 3 }), fc.boolean()).map(([words, rest]) =>
  (rest ? [...words, '>'] : words).join('.')
)
const list = fc.array(subject, { maxLength: 3 })
const permission = fc.record({ allow: list, deny: list }, { requiredKeys: [] })

/** The rule itself as a regular expression: wildcards of the pattern stand for words, those of the subject are words. */
function covers(pattern: string, text: string): boolean {
  const source = pattern.split('.').map((each, i, all) => {
    if (each === '>' && i === all.length - 1) return '.+'
    return each === '*' ? '[^.]+' : each.replace(/[*>$]/g, '\\$&')
  }).join('\\.')
  return new RegExp(`^${source}$`).test(text)
}

test('what is allowed passes, unless it is denied', () => {
  fc.assert(fc.property(permission, subject, ({ allow, deny }, text) => {
    const filter = new SubjectFilter({ ...(allow && { allow }), ...(deny && { deny }) })
    const is_denied = (deny ?? []).some((pattern) => covers(pattern, text))
    assert.is(filter.denies(text), is_denied)
    const is_allowed = allow === undefined || allow.some((pattern) => covers(pattern, text))
    assert.is(filter.allows(text), is_allowed && !is_denied)
  }))
})

test('denying more or allowing less never lets more through', () => {
  fc.assert(fc.property(list, list, subject, subject, (allow, deny, more, text) => {
    const wide = new SubjectFilter({ allow: [...allow, more], deny })
    const narrow = new SubjectFilter({ allow, deny: [...deny, more] })
    if (narrow.allows(text)) assert.ok(wide.allows(text))
    if (wide.denies(text)) assert.ok(narrow.denies(text))
  }))
})

test('wildcards of interest are compared as words', () => {
  const rows: [allow: string[], deny: string[], text: string, passes: boolean][] = [
    [['a.b', 'x.*'], [], 'a.*', false],
    [['a.b', 'x.*'], [], 'x.>', true],
    [['a.b', 'x.*'], [], 'x.*', true],
    [['*'], [], '>', true],
    [['>'], ['a.secret'], 'a.*', true],
    [['>'], ['a.secret'], 'a.secret', false],
    [['>'], ['a.*'], 'a.>', false],
    [[], [], 'a', false],
    [['>'], [], 'a..b', false],
  ]
  for (const [allow, deny, text, passes] of rows) {
    assert.is(new SubjectFilter({ allow, deny }).allows(text), passes, `${allow} ${deny} ${text}`)
  }
})

test('subjects of MQTT need no permission, but can be denied', () => {
  const filter = new SubjectFilter({ allow: ['a'], deny: ['$MQTT.no'] })
  assert.equal(['$MQTT.x', '$MQTT.no', '$MQTT', '$MQTTX.y'].map((each) => filter.allows(each)), [
    true,
    false,
    false,
    false,
  ])
})

test('a subject beyond ASCII is known by its bytes', () => {
  const filter = new SubjectFilter({ allow: ['größe.>'] })
  assert.ok(filter.allows(Buffer.from('größe.x').toString('latin1')))
  assert.not(filter.allows('größe.x'))
})

test('without a permission there is no filter to ask', () => {
  assert.is(subject_filter(undefined), null)
  assert.ok(subject_filter({})!.allows('a'))
})

test('after a change that is newly allowed what is allowed now and was not before', () => {
  fc.assert(fc.property(permission, permission, subject, (before, now, text) => {
    const wanted = newly_allowed(before, now)
    const is_new = new SubjectFilter(now).allows(text) && !new SubjectFilter(before).allows(text)
    assert.is(wanted?.(text) ?? false, is_new)
  }))
  assert.is(newly_allowed(undefined, { allow: ['a'] }), null)
  assert.is(newly_allowed({ allow: ['a'] }, { allow: ['a'] }), null)
  assert.ok(newly_allowed({ allow: ['a'] }, undefined)!('b'))
})

test.run()
