import * as assert from 'uvu/assert'
import { is_bcrypt } from '../../src/auth/bcrypt.ts'
import { suite } from '../harness.ts'

const test = suite('auth/bcrypt')

test('a hash is known by its head', () => {
  const rest = 'abcdefghijklmnopqrstuuLZYjhNQAOdpbzt4WxWlUHjv1wsyH5DG'
  for (const head of ['$2a$04$', '$2b$11$', '$2x$10$', '$2y$31$']) assert.ok(is_bcrypt(head + rest), head)
  for (const head of ['', '$2$04$', '$2c$04$', '$1a$04$', '$2a$4$', ' $2a$04$']) {
    assert.not(is_bcrypt(head + rest), head)
  }
})

test.run()
