import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { file_device, type FileFunctions, stderr_device } from '../../src/base/log_device.ts'
import { suite } from '../harness.ts'

const test = suite('base/log_device')

const bytes = (text: string) => new TextEncoder().encode(text)

/** File functions of a machine whose stderr is of the given kind; records what is done. */
function fake_files(kind: 'pipe' | 'terminal' | 'file', room: number, has_proc = true) {
  const done: string[] = []
  const files = {
    constants: fs.constants,
    fstatSync: () => ({ isFIFO: () => kind === 'pipe', isCharacterDevice: () => kind === 'terminal' }),
    openSync(path: string, flags: number) {
      if (!has_proc) throw Object.assign(new Error('x'), { code: 'ENOENT' })
      done.push(`open ${path} ${flags === (fs.constants.O_WRONLY | fs.constants.O_NONBLOCK)}`)
      return 9
    },
    writeSync(descriptor: number, _: Uint8Array, start: number, length: number) {
      if (room === 0) throw Object.assign(new Error('x'), { code: 'EAGAIN' })
      if (room < 0) throw Object.assign(new Error('x'), { code: 'EPIPE' })
      done.push(`write ${descriptor} ${start} ${length}`)
      return length
    },
    closeSync: (descriptor: number) => void done.push(`close ${descriptor}`),
  } as unknown as FileFunctions
  return { files, done }
}

test('a pipe is opened again without blocking and written in pieces it takes whole', () => {
  const { files, done } = fake_files('pipe', 1)
  const device = stderr_device(files)
  assert.is(device.write(new Uint8Array(10_000), 100), 4096)
  device.close()
  assert.equal(done, ['open /proc/self/fd/2 true', 'write 9 100 4096', 'close 9'])
  assert.is(device.is_terminal, false)
})

test('a full pipe takes nothing, a broken one throws', () => {
  assert.is(stderr_device(fake_files('pipe', 0).files).write(bytes('x'), 0), 0)
  assert.throws(() => stderr_device(fake_files('pipe', -1).files).write(bytes('x'), 0))
})

test('terminals and files are written as they are and stay open', () => {
  for (const [kind, has_proc] of [['terminal', true], ['file', true], ['pipe', false]] as const) {
    const { files, done } = fake_files(kind, 1, has_proc)
    const device = stderr_device(files)
    assert.is(device.write(bytes('abc'), 1), 2)
    device.close()
    assert.equal(done, ['write 2 1 2'])
    assert.is(device.is_terminal, kind === 'terminal')
  }
})

test('a log file is appended to and only its owner writes it', () => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'onehop-log-'))
  const path = join(folder, 'a.log')
  for (const text of ['one\n', 'two\n']) {
    const device = file_device(path, 0, true)
    assert.is(device.write(bytes(text), 0), 4)
    device.close()
  }
  assert.is(fs.readFileSync(path, 'utf8'), 'one\ntwo\n')
  assert.is(fs.statSync(path).mode & 0o737, 0o600)
  fs.rmSync(folder, { recursive: true })
})

test('a log file that can not be opened is an error with the text for stderr', () => {
  const wall_ms = Date.UTC(2026, 0, 2, 3, 4, 5)
  assert.throws(
    () => file_device('/no/such/folder/x', wall_ms, true),
    (error: Error) =>
      error.message ===
        '2026/01/02 03:04:05 error opening file: open /no/such/folder/x: no such file or directory',
  )
  assert.throws(() => file_device('/', wall_ms, true), /error opening file: open \/: is a directory$/)
})

test('a process ends with all its lines out although its reader is slow', async () => {
  const source = await writer_process_source()
  const child = spawn(process.execPath, source.args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let text = ''
  let is_late = true
  child.stderr.on('data', (chunk) => {
    text += chunk
    if (!is_late) return
    is_late = false
    child.stderr.pause()
    setTimeout(() => child.stderr.resume(), 200)
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  fs.rmSync(source.folder, { recursive: true })
  assert.is(code, 7)
  const lines = text.trimEnd().split('\n')
  assert.is(lines.at(-1), '[1] [FTL] the end')
  assert.is(lines.length, 3001)
  assert.ok(lines.slice(0, -1).every((line, i) => line === `[1] [INF] ${i} ${'x'.repeat(100)}`))
})

/** A program that logs 3000 lines and exits at once, as a file that this runtime can run. */
async function writer_process_source(): Promise<{ args: string[]; folder: string }> {
  const folder = fs.mkdtempSync(join(tmpdir(), 'onehop-log-'))
  const root = join(process.cwd(), 'src/base')
  const text = `
    import { stderr_device } from '${root}/log_device.ts'
    import { LogWriter } from '${root}/log_writer.ts'
    import { system_clock } from '${root}/clock.ts'
    const format = (_, level, text) => '[1] [' + level + '] ' + text + '\\n'
    const writer = new LogWriter(stderr_device(), format, system_clock())
    for (let i = 0; i < 3000; i++) writer.write('INF', i + ' ' + 'x'.repeat(100))
    writer.write('FTL', 'the end')
    writer.flush_sync()
    process.exit(7)`
  const path = join(folder, 'writer.ts')
  fs.writeFileSync(path, text)
  if ('Deno' in globalThis) return { args: ['run', '-A', path], folder }
  const { build } = await import('esbuild')
  const bundle = join(folder, 'writer.mjs')
  await build({ entryPoints: [path], outfile: bundle, bundle: true, platform: 'node', format: 'esm' })
  return { args: [bundle], folder }
}

test.run()
