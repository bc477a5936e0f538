// The pid file and the ports file, as the options have them.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { PidFileError, ProgramFiles } from '../../src/cli/program_files.ts'
import { default_options } from '../../src/config/options.ts'
import { suite } from '../harness.ts'

const test = suite('cli/program_files')
const folder = mkdtempSync(join(tmpdir(), 'onehop-files-'))
for (const name of ['a', 'b']) mkdirSync(join(folder, name))
test.after(() => rmSync(folder, { recursive: true }))

const options = (pid: string, ports: string) => ({
  ...default_options(),
  pid_file: pid && join(folder, pid),
  ports_file_dir: ports && join(folder, ports),
})
const ports_file = (name: string) => join(folder, name, `nats-server_${process.pid}.ports`)
const PORTS = { client: { host: '127.0.0.1', port: 7 } }

test('files follow the options', () => {
  const log: string[] = []
  const files = new ProgramFiles((level, text) => log.push(`${level} ${text}`))
  files.write_pid(join(folder, 'pid'))
  files.publish(options('pid', 'a'), PORTS)
  assert.is(readFileSync(join(folder, 'pid'), 'utf8'), String(process.pid))
  assert.match(readFileSync(ports_file('a'), 'utf8'), 'nats://127.0.0.1:7')
  files.follow(options('pid', 'a'), options('other', 'b'), PORTS)
  assert.equal([existsSync(ports_file('a')), existsSync(ports_file('b'))], [false, true])
  assert.is(readFileSync(join(folder, 'other'), 'utf8'), String(process.pid))
  files.follow(options('other', 'b'), options('', ''), PORTS)
  assert.is(existsSync(ports_file('b')), false)
  files.remove()
  assert.equal(log, [])
})

test('a start without its pid file is refused, later it is only said', () => {
  const log: string[] = []
  const files = new ProgramFiles((level, text) => log.push(`${level} ${text}`))
  assert.throws(() => files.write_pid(join(folder, 'none/pid')), (error: Error) => error instanceof PidFileError)
  files.follow(options('', ''), options('none/pid', 'none'), PORTS)
  assert.match(log[0], /^ERR Could not write pidfile: /)
  assert.match(log[1], /^ERR Error writing ports file to /)
})

test.run()
