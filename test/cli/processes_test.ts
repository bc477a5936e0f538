import * as assert from 'uvu/assert'
import { find_processes, type ProcessFiles } from '../../src/cli/processes.ts'
import { suite } from '../harness.ts'

const test = suite('cli/processes')

/** A system with these processes, all of them in /app, where `link.js` leads to `/app/main.js`. */
function system(processes: Record<number, string[] | null>): ProcessFiles {
  const real = new Map([['/app/main.js', '/app/main.js'], ['/app/link.js', '/app/main.js'], ['/app/tool.js', '/t.js']])
  const fail = (): never => {
    throw new Error('no such file or directory')
  }
  return {
    list: () => [...Object.keys(processes), 'self', 'meminfo', '12x'],
    read: (path) => (processes[Number(path.split('/')[2])] ?? fail()).join('\0') + '\0',
    link: () => '/app',
    real: (path) => real.get(path) ?? fail(),
  }
}

test('processes are found by the file that their runtime was told to run', () => {
  const files = system({
    1: ['node', 'main.js', '-p', '4222'],
    2: ['/usr/bin/node', '--max-old-space-size=512', '/app/link.js'],
    3: ['/opt/deno', 'run', '-A', '/app/main.js'],
    4: ['node', '/app/main.js'],
  })
  assert.equal(find_processes('/app/link.js', 4, files), [1, 2, 3])
})

test('who only names the file is not meant', () => {
  const files = system({
    1: ['vi', '/app/main.js'],
    2: ['node', 'tool.js', '/app/main.js'],
    3: ['node', '-e', '0'],
    4: [''],
    5: null,
    6: ['nats-server', '/app/main.js'],
  })
  assert.equal(find_processes('/app/main.js', 9, files), [])
})

test('where there is no list of processes nobody knows', () => {
  const files = system({})
  const list = () => {
    throw new Error('no such file or directory')
  }
  assert.is(find_processes('/app/main.js', 9, { ...files, list }), null)
  assert.is(find_processes('/app/other.js', 9, files), null)
})

test.run()
