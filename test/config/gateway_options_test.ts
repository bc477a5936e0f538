import * as assert from 'uvu/assert'
import { default_gateway, gateway_contradiction, read_gateway } from '../../src/config/gateway_options.ts'
import { Problems } from '../../src/config/problems.ts'
import { suite } from '../harness.ts'
import { line_of, value_of } from './config_rig.ts'

const test = suite('config/gateway_options')

function read(fields: string) {
  const problems = new Problems()
  const facts = read_gateway(value_of(`gateway { ${fields} }`), problems)
  return { facts, errors: problems.errors.map((line) => line.replace(/^f:\d+:\d+: /, '')), warnings: problems.warnings }
}

test('what other fields have to go together with is read', () => {
  const { facts, errors } = read(`name: g, listen: "h:5", reject_unknown: true, ping_interval: "10s"
    gateways: [ { name: h, url: "nats://h:1" }, { name: i, urls: ["nats://i:1"] }, { name: j } ]`)
  assert.equal(errors, [])
  assert.equal([facts.name, facts.port], ['g', 5])
  assert.equal(facts.gateways.map(({ has_url }) => has_url), [true, true, false])
})

test('mistakes are told', () => {
  const cases: [fields: string, fault: string][] = [
    ['name: "a b"', 'gateway name cannot contain spaces'],
    ['name: _', 'cluster name is reserved'],
    ['gateways: x', 'Expected gateways field to be an array, got string'],
    ['gateways: [x]', 'Expected gateway entry to be a map/struct, got x'],
    ['gateways: [ { url: "::" } ]', 'error parsing gateway url ["::"]'],
    ['nane: g', 'unknown field "nane"; did you mean "name"?'],
    ['authorization { users: [] }', 'Gateway authorization does not allow multiple users'],
    ['authorization { token: t }', 'Gateway authorization does not support tokens'],
  ]
  for (const [fields, fault] of cases) assert.equal(read(fields).errors, [fault])
  assert.match(read('ping_interval: "20s"').warnings[0], 'will reset to 15s')
  assert.match(line_of(() => read_gateway(value_of('gateway: 5'), new Problems())), 'Expected gateway to be a map')
})

test('a gateway has a name, a port, and others with names and URLs', () => {
  const fault = (fields: string) => gateway_contradiction(read(fields).facts)
  assert.is(gateway_contradiction(default_gateway()), null)
  assert.is(fault('name: g, port: 5, gateways: [ { name: h, url: "nats://h:1" } ]'), null)
  assert.is(fault('port: 5'), 'gateway has no name')
  assert.is(fault('name: g'), 'gateway "g" has no port specified (select -1 for random port)')
  assert.is(fault('name: g, port: 5, gateways: [ {} ]'), 'gateway in the list 0 has no name')
  assert.is(fault('name: g, port: 5, gateways: [ { name: h } ]'), 'gateway "h" has no URL')
})

test.run()
