// Which hooks there are, and what the actors are told of them.
import * as assert from 'uvu/assert'
import { default_options } from '../../src/config/options.ts'
import { add_hooks, hook_settings } from '../../src/connection/hook_settings.ts'
import { make_settings } from '../../src/connection/make_settings.ts'
import { suite } from '../harness.ts'

const test = suite('connection/hook_settings')
const IDENTITY = { server_id: 'NOWN', server_name: 'own', cluster_name: 'C', cluster_name_dynamic: false }
const yes = () => true

test('without a function there are no hooks', () => {
  assert.is(hook_settings(undefined), null)
  assert.is(hook_settings({}), null)
  assert.is(hook_settings({ hookDeadlineMs: 5, publishSample: 1 }), null)
  assert.is(hook_settings({ onPublish() {}, publishSample: 0 }), null)
})

test('each function is known by its name, the rest has defaults', () => {
  const none = {
    authenticate: false,
    publish: false,
    subscribe: false,
    sample: 0,
    deadline_ms: 2000,
    remember_ms: 5000,
  }
  assert.equal(hook_settings({ authenticate: yes }), { ...none, authenticate: true })
  assert.equal(hook_settings({ authorizePublish: yes }), { ...none, publish: true })
  assert.equal(hook_settings({ authorizeSubscribe: yes }), { ...none, subscribe: true })
  assert.equal(hook_settings({ onPublish() {} }), { ...none, sample: 1 })
  const more = { onPublish() {}, publishSample: 0.5, hookDeadlineMs: 10, hookRememberMs: 0 }
  assert.equal(hook_settings(more), { ...none, sample: 0.5, deadline_ms: 10, remember_ms: 0 })
})

test('what can not be is said', () => {
  const wrong = (hooks: object, what: RegExp) => assert.throws(() => hook_settings(hooks), what)
  wrong({ authenticate: true }, /^authenticate is not a function/)
  wrong({ onPublish: 'x' }, /^onPublish is not a function/)
  for (const hookDeadlineMs of [0, -1, NaN, Infinity, 2 ** 31, '1s']) {
    wrong({ authenticate: yes, hookDeadlineMs }, /hookDeadlineMs/)
  }
  for (const hookRememberMs of [-1, NaN]) wrong({ hookRememberMs }, /hookRememberMs/)
  for (const publishSample of [-0.1, 1.1, NaN]) wrong({ publishSample }, /publishSample/)
})

test('who comes in has to say so by either door, and may have to sign', () => {
  const options = default_options()
  options.websocket.port = -1
  const settings = make_settings(options, IDENTITY)
  add_hooks(settings, null)
  assert.is(settings.hooks, null)
  add_hooks(settings, hook_settings({ authorizePublish: yes }))
  assert.is(settings.client_infos.clients.auth_required, undefined)
  add_hooks(settings, hook_settings({ authenticate: yes }))
  for (const { auth } of [settings.client, settings.websocket!]) {
    assert.equal([auth.asks_hook, auth.nonce, auth.required], [true, true, false])
  }
  assert.equal([settings.client_infos.clients, settings.client_infos.websockets].map((info) => info.auth_required), [
    true,
    true,
  ])
})

test.run()
