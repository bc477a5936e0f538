import * as assert from 'uvu/assert'
import { load } from '../../src/config/load.ts'
import { suite } from '../harness.ts'
import { account_token, createAccount, createOperator, token } from '../auth/jwt_rig.ts'

const test = suite('config/resolver_options')
const key = createOperator(), system = createAccount()

function read(resolver: string, nats = {}) {
  const named = system.getPublicKey()
  const text = `operator: "${token('operator', key, key, { system_account: named, ...nats })}"\n${
    resolver && `resolver: ${resolver}\n`
  }resolver_preload { ${named}: "${account_token(key, system)}" }\n`
  const loaded = load(['-c', 'f'], {}, { read: () => text, help: () => '', help_tls: () => '' })
  if (loaded.kind === 'run') return loaded.options.operator!.resolver
  return loaded.kind === 'print' ? loaded.stderr : ''
}

test('a folder that can not be looked at is no mistake of the file', () => {
  for (const dir of ['/dev/null/x', 'n'.repeat(300)]) {
    const { kind, ...rest } = read(`{ type: cache, dir: "${dir}" }`) as { kind: string; dir?: string }
    assert.equal([kind, rest.dir], ['cache', dir])
  }
})

test('the kinds of resolvers, with their defaults', () => {
  for (const memory of ['MEMORY', 'mem', '{ type: mem }']) assert.equal(read(memory), { kind: 'memory' })
  for (const url of ['URL("http://h/a/")', 'url(http://h/a)']) {
    assert.equal(read(url), { kind: 'url', url: 'http://h/a/', timeout_ms: 2000 })
  }
  assert.equal(read('{ type: full, dir: "d" }'), {
    ...{ kind: 'full', dir: 'd', limit: 0, interval_ms: 60_000, timeout_ms: 2000, delete: null },
  })
  assert.equal(read('{ type: FULL, dir: d, allow_delete: true, limit: 5, interval: "2m", timeout: "1s" }'), {
    ...{ kind: 'full', dir: 'd', limit: 5, interval_ms: 120_000, timeout_ms: 1000, delete: 'rename' },
  })
  assert.is(
    (read('{ type: full, dir: d, allow_delete: true, hard_delete: true }') as { delete: string }).delete,
    'remove',
  )
  assert.equal(read('{ type: cache, dir: d, ttl: "1h" }'), {
    ...{ kind: 'cache', dir: 'd', limit: 1000, ttl_ms: 3_600_000, timeout_ms: 2000 },
  })
})

test('where the file says nothing the operator may', () => {
  assert.equal(read(''), { kind: 'memory' })
  assert.equal(read('', { account_server_url: 'https://h/jwt/v1' }), {
    ...{ kind: 'url', url: 'https://h/jwt/v1/accounts/', timeout_ms: 2000 },
  })
  assert.equal(read('', { account_server_url: 'nats://h' }), { kind: 'memory' })
  assert.equal(read('MEMORY', { account_server_url: 'https://h' }), { kind: 'memory' })
})

test('what is none is refused, with its place', () => {
  for (
    const [resolver, why] of [
      ['X', 'error parsing account resolver, should be MEM or '],
      ['5', 'error parsing operator resolver, wrong type int64'],
      ['URL(::)', 'error parsing account resolver url ["::"]'],
      ['URL(ftp://x)', 'account resolver "ftp://x": accounts are asked for by http and https only'],
      ['{ type: some, dir: d }', 'error parsing account resolver, should be MEM or '],
      ['{ type: full }', 'dir has no value and needs to point to a directory'],
      ['{ type: full, dir: d, ttl: "1s" }', 'FULL does not accept ttl'],
      ['{ type: full, dir: d, hard_delete: true }', 'hard_delete has no effect without delete'],
      ['{ type: cache, dir: d, interval: "1s" }', 'CACHE does not accept sync'],
      ['{ type: cache, dir: d, ttl: x }', 'time: invalid duration "x"'],
      ['{ type: cache, dir: d, timeout: "0s" }', 'Fetch timeout 0s is too small'],
      ['{ type: cache, dir: "/dev/null" }', 'dir needs to point to an accessible directory'],
      ['{ type: cache, dir: d, allow_delete: true }', 'CACHE does not accept allow_delete'],
    ]
  ) {
    const said = read(resolver)
    assert.type(said, 'string', resolver)
    assert.match(said as string, /^nats-server: f:2:\d+: /)
    assert.ok((said as string).includes(why), `${resolver}: ${said}`)
  }
})

test.run()
