import * as assert from 'uvu/assert'
import { help_text, help_tls_text } from '../../src/cli/help.ts'
import { COMMANDS } from '../../src/cli/commands.ts'
import { FLAGS } from '../../src/config/flags.ts'
import { suite } from '../harness.ts'

const test = suite('cli/help')

test('the help begins with an empty line and names every flag', () => {
  const help = help_text()
  assert.ok(help.startsWith('\nUsage: nats-server [options]\n'))
  assert.ok(help.endsWith('\n\n'))
  for (const { names } of FLAGS) for (const name of names) assert.match(help, new RegExp(`[ -]-${name}\\b`), name)
})

test('the groups of the help are in order', () => {
  const titles = [...help_text().matchAll(/^(\w+) Options:$/gm)].map((found) => found[1])
  assert.equal(titles, [
    ...['Server', 'Logging', 'JetStream', 'Authorization', 'TLS', 'Cluster', 'Profiling', 'Common'],
  ])
})

test('the help names every command', () => {
  for (const [word, { summary }] of Object.entries(COMMANDS)) {
    assert.match(help_text(), new RegExp(`^ {4}${word} +${summary}$`, 'm'))
  }
})

test('no flag stands for two things', () => {
  const names = FLAGS.flatMap((flag) => flag.names)
  assert.is(new Set(names).size, names.length)
})

test('the help about TLS shows a block, cipher suites and curves', () => {
  for (const part of [/tls \{/, /TLS_AES_128_GCM_SHA256/, /CurveP256/, /handshake_first: false/]) {
    assert.match(help_tls_text(), part)
  }
})

test.run()
