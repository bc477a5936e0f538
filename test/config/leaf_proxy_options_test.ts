import * as assert from 'uvu/assert'
import { read_leaf_proxy } from '../../src/config/leaf_proxy_options.ts'
import { Problems } from '../../src/config/problems.ts'
import { suite } from '../harness.ts'
import { line_of, value_of } from './config_rig.ts'

const test = suite('config/leaf_proxy_options')

const REMOTE = { urls: ['ws://h:1'], account: '', credentials: '', nkey: '', has_tls: false, compression: '' }

function fault(text: string, remote = REMOTE): string {
  const problems = new Problems()
  return line_of(() => read_leaf_proxy(value_of(`proxy ${text}`), remote, problems), problems).replace(
    /^f:\d+:\d+: /,
    '',
  )
}

test('a proxy is one URL, and perhaps a user', () => {
  assert.is(fault('{ url: "http://p:1", username: u, password: p, timeout: "1s" }'), '')
  assert.is(fault('{}'), '')
})

test('mistakes are told', () => {
  const cases: [text: string, fault: string][] = [
    ['x', 'Expected proxy to be a map, got string'],
    ['{ username: u }', 'proxy URL must be specified when other proxy options are set'],
    ['{ url: "::" }', 'invalid proxy URL: parse "::": missing protocol scheme'],
    ['{ url: "ftp://p" }', 'proxy URL scheme must be http or https, got: ftp'],
    ['{ url: "http://" }', 'proxy URL must specify a host'],
    ['{ url: "http://p", timeout: "-1s" }', 'proxy timeout must be >= 0'],
    ['{ url: "http://p", username: u }', 'proxy username and password must both be specified or both be empty'],
    ['{ url: "http://p", tls {} }', 'proxy TLS configuration requires an https proxy URL, got: http'],
    ['{ url: "https://p", tls { verify: true } }', '"verify" is not supported for proxy TLS'],
  ]
  for (const [text, expected] of cases) assert.is(fault(text), expected, text)
})

test('who is dialled over TLS by a proxy says how', () => {
  const remote = { ...REMOTE, urls: ['wss://h:1'] }
  assert.match(fault('{ url: "http://p" }', remote), 'wss://h:1 requires TLS and no TLS configuration is provided')
  assert.is(fault('{ url: "http://p" }', { ...remote, has_tls: true }), '')
})

test.run()
