import * as assert from 'uvu/assert'
import { LaterFeatures } from '../../src/config/later_features.ts'
import { default_options, type Options } from '../../src/config/options.ts'
import { Problems } from '../../src/config/problems.ts'
import { suite } from '../harness.ts'
import { value_of } from './config_rig.ts'

const test = suite('config/later_features')

/** What one gives to the reader, field by field, and what comes of it. */
function read(fields: Record<string, string>, change: (options: Options) => void = () => {}, jetstream: string[] = []) {
  const problems = new Problems()
  const later = new LaterFeatures(problems)
  for (const [name, text] of Object.entries(fields)) {
    const value = value_of(`${name}: ${text}`)
    const [, reader] = Object.entries(later.fields).find(([keys]) => keys.split(' ').includes(name))!
    problems.collect(value.position, () => reader(value, name))
  }
  const options = default_options()
  change(options)
  return { problems, contradictions: later.contradictions(options, new Set(jetstream)) }
}

test('each block has one notice, whatever stands in it', () => {
  const { problems } = read({
    ...{ jetstream: '{ store_dir: d }', leafnodes: '{ port: 5, tls { connection_rate_limit: 5 } }' },
    ...{ gateway: '{ name: g }', mqtt: '{ authorization { user: a } }', default_js_domain: '{}' },
  })
  assert.equal([problems.errors, problems.refusals, problems.notices.length], [[], [], 5])
  assert.is(read({ jetstream: 'off' }).problems.notices.length, 0)
})

test('mistakes in them count', () => {
  assert.match(read({ mqtt: '{ prot: 5 }' }).problems.errors[0], 'unknown field "prot"; did you mean "port"?')
  assert.match(read({ store_dir: 'd', jetstream: '{ store: e }' }).problems.errors[0], "Duplicate 'store_dir'")
  assert.match(read({ default_js_domain: 'x' }).problems.errors[0], 'default_js_domain config: unsupported type string')
})

test('they go together with the rest', () => {
  assert.equal(read({}).contradictions, [])
  const cluster = (name: string) => ({ cluster }: Options) => void Object.assign(cluster, { name, port: 5 })
  const account = ({ accounts }: Options) => void accounts.push({ name: 'A', users: [], limits: {} as never })
  const cases: [fields: Record<string, string>, change: (options: Options) => void, fault: string][] = [
    [{ leafnodes: '{ authorization { account: B } }' }, account, 'cannot find local account "B"'],
    [{ gateway: '{ port: 5 }' }, () => {}, 'gateway has no name'],
    [{ gateway: '{ name: g, port: 5 }' }, cluster('c'), 'cluster name conflicts'],
    [{ mqtt: '{ port: 5, no_auth_user: a }', jetstream: 'on' }, () => {}, 'users/nkeys are not defined'],
    [{ mqtt: '{ port: 5 }' }, () => {}, 'mqtt requires JetStream'],
    [{ mqtt: '{ port: 5 }' }, cluster('c'), 'mqtt requires server name'],
    [{ jetstream: '{ domain: FC }' }, () => {}, 'invalid domain name: "FC" is reserved'],
    [{ jetstream: '{ domain: "a.b" }' }, () => {}, 'may not contain ., * or >'],
    [{ jetstream: 'on' }, cluster('c'), 'requires `server_name` to be set'],
    [{ default_js_domain: '{ B: hub }' }, account, 'references non existing account "B"'],
    [{ default_js_domain: '{ A: ACK }' }, account, 'with invalid domain name "ACK"'],
  ]
  for (const [fields, change, fault] of cases) assert.match(read(fields, change).contradictions[0].text, fault)
  assert.match(
    read({ default_js_domain: '{ A: hub }' }, account, ['A']).contradictions[0].text,
    'with enabled JetStream',
  )
})

test('of several all are told, with the blocks where they stand', () => {
  const { contradictions } = read({ gateway: '{ port: 5 }', mqtt: '{ port: 5 }', jetstream: '{ domain: FC }' })
  assert.equal(contradictions.map(({ keys }) => keys), [['gateway'], ['mqtt'], ['jetstream']])
})

test.run()
