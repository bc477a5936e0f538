import * as assert from 'uvu/assert'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plan_members } from '../../src/local_mesh/mesh_plan.ts'
import { read_mesh_settings } from '../../src/local_mesh/mesh_settings.ts'
import { PlannedMesh, type PlanRequest } from '../../src/local_mesh/planned_mesh.ts'
import { suite } from '../harness.ts'

const test = suite('local_mesh/planned_mesh')
const folder = mkdtempSync(join(tmpdir(), 'onehop-planned-'))
test.after(() => rmSync(folder, { recursive: true, force: true }))
const members = plan_members(2, 4222)

function planned(request: Partial<PlanRequest> = {}, argv: string[] = []) {
  const settings = read_mesh_settings(argv, {}, members[0])
  return new PlannedMesh({ config_file: '', host: '', passed: argv, ...request }, settings, members, ['run'], folder)
}

test('each member gets a file, its arguments, and one worker unless somebody says more', () => {
  const { command, environment, question } = planned().local_member(members[1], { PATH: '/bin' })
  assert.equal(command.slice(0, 5), ['run', '-c', join(folder, 'b.conf'), '--workers', '1'])
  assert.ok(command.includes('local'))
  assert.equal(environment, { PATH: '/bin', ONEHOP_MEMBER: 'b', ONEHOP_WEBSOCKET_PORT: '5223' })
  assert.equal(question, { url: 'http://127.0.0.1:5224', login: '' })
  assert.match(readFileSync(join(folder, 'b.conf'), 'utf8'), 'listen: "127.0.0.1:5223"')
  const told = planned({}, ['--workers=2', '--cluster_name=x'])
  assert.is(told.cluster_name, 'x')
  assert.is(told.local_member(members[0], {}).command.filter((word) => word.startsWith('--workers')).length, 1)
})

test('who listens everywhere is shown where this machine finds it', () => {
  const urls = (host: string) => {
    const mesh = planned({ host })
    return [mesh.client_url(members[0]), mesh.websocket_url(members[0]), mesh.monitor_url(members[0])]
  }
  const usual = ['nats://127.0.0.1:4222', 'ws://127.0.0.1:4223', 'http://127.0.0.1:4224']
  assert.equal(urls(''), usual)
  assert.equal(urls('0.0.0.0'), usual)
  assert.is(urls('10.0.0.1')[0], 'nats://10.0.0.1:4222')
})

test.run()
