import * as assert from 'uvu/assert'
import { ONEHOP_VERSION, runtime_name, VERSION } from '../../src/base/version.ts'
import { suite } from '../harness.ts'

const test = suite('base/version')

test('versions are three numbers', () => {
  for (const version of [VERSION, ONEHOP_VERSION]) assert.match(version, /^\d+\.\d+\.\d+$/)
})

test('our kind is known by the name of the runtime', () => {
  assert.is(runtime_name({ node: '20.11.0' }), `onehop/${ONEHOP_VERSION} node20.11.0`)
  assert.is(runtime_name({ node: '22.0.0', deno: '2.9.6' }), `onehop/${ONEHOP_VERSION} deno2.9.6`)
  assert.match(runtime_name(), /^onehop\/[\d.]+ (node|deno)\d+\./)
})

test.run()
