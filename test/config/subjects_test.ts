import * as assert from 'uvu/assert'
import { is_publish_subject, is_subject } from '../../src/config/subjects.ts'
import { suite } from '../harness.ts'

const test = suite('config/subjects')

test('a subject has tokens, and no blanks', () => {
  for (const text of ['a', 'a.b', 'a.*', '>', 'a.>', 'é.☃', '$SYS.a']) assert.ok(is_subject(text), text)
  for (const text of ['', '.', 'a.', 'a..b', '>.a', 'a b', 'a\tb', 'a.\n']) assert.not(is_subject(text), text)
})

test('what is published to has no wildcards', () => {
  for (const text of ['a', 'a.b', 'a*']) assert.ok(is_publish_subject(text), text)
  for (const text of ['a.*', '>', 'a.>', 'a b', '']) assert.not(is_publish_subject(text), text)
})

test.run()
