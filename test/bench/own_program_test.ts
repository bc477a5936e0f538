import * as assert from 'uvu/assert'
import { own_program, start_command } from '../../src/bench/own_program.ts'
import { suite } from '../harness.ts'

const test = suite('bench/own_program')

test('Node takes the file, Deno the file and all permissions', () => {
  assert.equal(start_command('node', 'n', '/x/main.js'), ['n', '/x/main.js'])
  assert.equal(start_command('deno', 'd', '/x/main.ts'), ['d', 'run', '-A', '/x/main.ts'])
  assert.equal(
    start_command('deno', 'd', '/x/node_modules/onehop/dist/main.js').at(-1),
    '/x/node_modules/onehop/dist/main.js',
  )
})

test('a package in the cache of Deno is asked for by its name', () => {
  const cache = '/home/x/.cache/deno/npm/registry.npmjs.org'
  assert.is(start_command('deno', 'd', `${cache}/onehop/0.1.0/dist/main.js`).at(-1), 'npm:onehop@0.1.0')
  assert.is(start_command('deno', 'd', `${cache}/@a/onehop/1.0.0-rc.1/dist/main.js`).at(-1), 'npm:@a/onehop@1.0.0-rc.1')
  assert.is(
    start_command('deno', 'd', 'C:\\deno\\npm\\registry.npmjs.org\\onehop\\0.1.0\\dist\\main.js').at(-1),
    'npm:onehop@0.1.0',
  )
})

test('this program knows its runtime', () => {
  assert.is(own_program().runtime, 'deno' in process.versions ? 'deno' : 'node')
})

test.run()
