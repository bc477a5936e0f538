import * as assert from 'uvu/assert'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MeshError } from '../../src/local_mesh/mesh_error.ts'
import { plan_members } from '../../src/local_mesh/mesh_plan.ts'
import { read_mesh_settings } from '../../src/local_mesh/mesh_settings.ts'
import { suite } from '../harness.ts'

const test = suite('local_mesh/mesh_settings')
const folder = mkdtempSync(join(tmpdir(), 'onehop-settings-'))
test.after(() => rmSync(folder, { recursive: true, force: true }))
const [member] = plan_members(1, 4222)

function settings(text: string, ...argv: string[]) {
  const file = join(folder, 'server.conf')
  writeFileSync(file, text)
  return read_mesh_settings(['-c', file, ...argv], {}, member)
}
const fault = (f: () => unknown): string => {
  try {
    f()
  } catch (error) {
    assert.instance(error, MeshError)
    return (error as Error).message
  }
  return ''
}

test('without a file everything is plain', () => {
  assert.equal(read_mesh_settings([], {}, member), {
    ...{ cluster_name: '', says_workers: false, has_websocket: false, client_scheme: 'nats', websocket_scheme: 'ws' },
    ...{ login: '', base_path: '' },
  })
})

test('what the file and the flags say', () => {
  const made = settings('cluster { name: x }\nworkers: 2\nhttp_user: u, http_password: p\nhttp_base_path: /m')
  assert.equal([made.cluster_name, made.says_workers, made.login, made.base_path], ['x', true, 'u:p', '/m'])
  assert.is(settings('', '--cluster_name=y').cluster_name, 'y')
})

test('a websocket block has to leave the port to each server', () => {
  assert.ok(settings('websocket { port: $ONEHOP_WEBSOCKET_PORT, no_tls: true }').has_websocket)
  assert.match(
    fault(() => settings('websocket { port: 8080, no_tls: true }')),
    'say "port: $ONEHOP_WEBSOCKET_PORT" there',
  )
})

test('what can not be watched, and what can not start, is told', () => {
  assert.match(
    fault(() =>
      settings('http_user: u, http_password: "$2a$10$xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"')
    ),
    'a hash',
  )
  assert.match(fault(() => settings('prot: 1')), 'prot')
  assert.is(
    fault(() => read_mesh_settings(['-c', '/nowhere/x'], {}, member)),
    'open /nowhere/x: no such file or directory',
  )
})

test.run()
