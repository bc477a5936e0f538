import * as assert from 'uvu/assert'
import {
  DEFAULT,
  default_as,
  entries_by_name,
  entries_under,
  flag_place,
  items_of,
  place_in,
  sources_of,
} from '../../src/review/place.ts'
import { suite } from '../harness.ts'
import { type Environment, raw_said } from './review_rig.ts'

const test = suite('review/place')

const sources = (text: string | null, argv: string[] = [], environment: Environment = {}) => {
  const said = raw_said(text, argv, environment)
  return sources_of(said.line, said.file?.entries)
}

test('entries are found under all their names, in any case and in their order', () => {
  const { file } = sources('net: a\nport: 1\nHOST: b\ncluster { port: 2 }')
  assert.equal(entries_under(file, 'host net').map(({ key }) => key), ['net', 'HOST'])
  assert.is(place_in(entries_under(file, 'host net')).text, 'f:3:1')
  assert.is(place_in(entries_under(entries_under(file, 'cluster'), 'port')).text, 'f:4:11')
  assert.is(place_in(entries_under(file, 'cluster port')).text, 'f:4:1')
  assert.is(place_in(entries_under(entries_under(file, 'port'), 'cluster')), DEFAULT)
})

test('names that operators choose are found as they are', () => {
  const by_name = (text: string) => entries_by_name(entries_under(sources(text).file, 'accounts'))
  assert.equal([...by_name('accounts { a { }, A { } }').keys()], ['a', 'A'])
  assert.equal([...by_name('accounts: [x, y]').keys()], ['x', 'y'])
  assert.is(place_in([by_name('\naccounts: [x, y]').get('y')!]).text, 'f:2:15')
})

test('what stands in lists is found one by one, and a single value is a list of one', () => {
  const { file } = sources('\nserver_tags: ["a", "b"]\nsystem: x')
  assert.equal(items_of(entries_under(file, 'server_tags')).map((item) => place_in([item]).text), ['f:2:16', 'f:2:21'])
  assert.equal(items_of(entries_under(file, 'system')).length, 1)
})

test('what came from the environment says so, with all that is in it', () => {
  const { file } = sources('a: $A\nport: $a\ncluster $C\nserver_tags: $T', [], {
    ...{ A: '5', C: '{ port: 1, authorization { user: u } }', T: '[x]' },
  })
  assert.is(place_in(entries_under(file, 'port')).text, 'environment A (f:2:1)')
  const cluster = entries_under(file, 'cluster')
  const user = entries_under(entries_under(cluster, 'authorization'), 'user')
  assert.is(place_in(user).text, 'environment C (f:3:1)')
  assert.is(place_in(items_of(entries_under(file, 'server_tags'))).text, 'environment T (f:4:1)')
})

test('of flags the last one counts, under the name that was given', () => {
  const given = sources(null, ['--port', '5', '-DV', '-D'])
  assert.equal(flag_place(given, 'p'), { text: 'flag --port', is_said: true })
  assert.is(flag_place(given, 'D', 'DV')?.text, 'flag -DV')
  assert.is(flag_place(given, 'm'), null)
})

test('a default that follows another option says which', () => {
  assert.is(default_as('host', DEFAULT), DEFAULT)
  assert.equal(default_as('host', { text: 'flag -a', is_said: true }), {
    text: 'default, as host (flag -a)',
    is_said: false,
  })
})

test.run()
