// A log file that is put away when it is too long: by what name, what is kept, and that no line is lost or cut in two.
import { Buffer } from 'node:buffer'
import * as fc from 'fast-check'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Level } from '../../src/base/log.ts'
import { RotatingFile } from '../../src/base/rotating_file.ts'
import { LogWriter } from '../../src/base/log_writer.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'
import { FakeDisk } from './fake_disk.ts'

const test = suite('base/rotating_file')

const line = (level: Level, text: string) => `[1] [${level}] ${text}\n`
const STAMP = /\.\d{4}\.\d\d\.\d\d\.\d\d\.\d\d\.\d\d\.\d{9}$/

/** A file `/l/x` of at most that many bytes on a disk in memory. */
function make({ bytes_max = 30, files_max = 0, before = null as string | null } = {}) {
  const disk = new FakeDisk()
  const clock = new ManualClock()
  if (before !== null) disk.names.set('/l/x', { text: before })
  const file = new RotatingFile({ path: '/l/x', bytes_max, files_max }, line, true, clock, disk.functions)
  const write = (text: string) => {
    const bytes = Buffer.from(text)
    for (let start = 0; start < bytes.length;) start += file.write(bytes, start)
  }
  const backups = () => [...disk.names.keys()].filter((name) => STAMP.test(name)).sort()
  return { disk, clock, file, write, backups }
}

test('the line that makes it too long is its last, and the next file says where it is', () => {
  const { disk, write, backups } = make({ bytes_max: 112 })
  write(`${'1'.repeat(103)}\ntwo two\n`)
  assert.equal(backups(), [])
  write('3\nfour\n')
  const [backup] = backups()
  assert.is(disk.text(backup), `${'1'.repeat(103)}\ntwo two\n3\n`)
  assert.is(disk.text('/l/x'), `[1] [INF] Rotated log, backup saved as "${backup}"\nfour\n`)
  assert.is(disk.open_files, 1)
})

test('the name is the local time with nine digits, and no two files have the same', () => {
  const { clock, write, backups, disk } = make({ bytes_max: 1 })
  clock.pass(7.25)
  for (const text of ['aa\n', 'bb\n', 'cc\n']) write(text)
  const names = backups()
  assert.is(names.length, 3)
  assert.match(names[0], /\.007\d{6}$/)
  const date = new Date(clock.wall_ms())
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}.${two(date.getMonth() + 1)}.${two(date.getDate())}`
  assert.ok(names[0].startsWith(`/l/x.${day}.${two(date.getHours())}.${two(date.getMinutes())}.`))
  assert.is(names.map((name) => disk.text(name).split('\n').at(-2)).join(), 'aa,bb,cc')
})

test('a file that is too long when it is opened is put away after the next line', () => {
  const { file, write, backups, disk } = make({ before: 'x'.repeat(40) + '\n' })
  assert.is(file.is_too_long, true)
  write('Rotating\n')
  assert.is(disk.text(backups()[0]), `${'x'.repeat(40)}\nRotating\n`)
  assert.is(file.is_too_long, true, 'the line about it is longer than the bound of this test')
})

test('so many files are kept as are wanted, and what only looks like one stays', () => {
  const { write, backups, disk, clock } = make({ bytes_max: 100, files_max: 3 })
  const others = [
    '/l/x.2024.13.01.00.00.00.000000000',
    '/l/x.2024.02.30.00.00.00.1',
    '/l/x.gz',
    '/l/y.2020.01.01.00.00.00.1',
  ]
  for (const name of others) disk.names.set(name, { text: '' })
  disk.names.set('/l/x.2020.01.01.00.00.00.000000001', { text: '' })
  for (let i = 0; i < 5; i++) {
    clock.pass(1000)
    write('x'.repeat(110) + '\n')
  }
  const kept = backups().filter((name) => !others.includes(name))
  assert.is(kept.length, 2)
  assert.ok(others.every((name) => disk.names.has(name)))
  assert.match(disk.text(kept[1]), /Rotated log.*\n\[1\] \[INF\] Purged log file "x\.20.*"\nx+\n$/)
})

for (const what of ['renameSync', 'openSync'] as const) {
  test(`where ${what} fails the file goes on, and twice its length is the next try`, () => {
    const { disk, write, backups, file } = make({ bytes_max: 200 })
    disk.faults = { [what]: 'EACCES' }
    write('x'.repeat(205) + '\nnext\n')
    assert.equal(backups(), [])
    const said = '[1] [ERR] Unable to rotate logfile (permission denied), will attempt next rotation at size 400\n'
    assert.is(disk.text('/l/x'), `${'x'.repeat(205)}\n${said}next\n`)
    disk.faults = {}
    write('y'.repeat(200) + '\n')
    assert.is(disk.text(backups()[0]), `${'x'.repeat(205)}\n${said}next\n${'y'.repeat(200)}\n`)
    assert.is(file.is_too_long, false)
    write('z'.repeat(200) + '\n')
    assert.is(backups().length, 2, 'the bound is the former one again')
  })
}

test('a file that can not be closed, and ones that can not be removed, are told of', () => {
  const { disk, write } = make({ bytes_max: 100, files_max: 1 })
  disk.faults = { closeSync: 'EIO', unlinkSync: 'EPERM' }
  write('x'.repeat(101) + '\n')
  const text = disk.text('/l/x')
  assert.match(text, /\[1\] \[ERR\] Unable to close the rotated logfile \(EIO\)\n/)
  assert.match(text, /\[ERR\] Unable to purge log files \(operation not permitted\), will attempt next rotation\n$/)
})

test('a file that somebody else has moved away is begun anew', () => {
  const { disk, write, backups } = make({ bytes_max: 100 })
  disk.names.set('/l/moved', disk.names.get('/l/x')!)
  disk.names.delete('/l/x')
  write('x'.repeat(101) + '\nnext\n')
  assert.equal(backups(), [])
  assert.is(disk.text('/l/moved'), 'x'.repeat(101) + '\n')
  assert.is(disk.text('/l/x'), '[1] [INF] Rotated log, the former file had been moved away\nnext\n')
})

test('a full disk is the concern of whoever writes', () => {
  const { disk, write } = make()
  disk.faults = { writeSync: 'ENOSPC' }
  assert.throws(() => write('x\n'), /ENOSPC/)
})

type Step = { text: string } | { pass: number } | { room: number } | { fault: string } | 'reopen' | 'move' | 'flush'

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ text: fc.string({ unit: 'grapheme', maxLength: 60 }) }) },
  { weight: 2, arbitrary: fc.record({ pass: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ room: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ fault: fc.constantFrom('', 'renameSync', 'openSync', 'readdirSync') }) },
  { weight: 1, arbitrary: fc.constantFrom('reopen' as const, 'move' as const, 'flush' as const) },
)

test('over rotations, re-opens and replacements no line is lost, doubled or torn', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 400 }), (steps, bytes_max) => {
    const disk = new FakeDisk()
    const clock = new ManualClock()
    let name = '/l/x', moved = 0, number = 0
    const open = () => new RotatingFile({ path: name, bytes_max, files_max: 0 }, line, true, clock, disk.functions)
    const format = (_: number, level: Level, text: string) => line(level, text)
    const writer = new LogWriter(open(), format, clock)
    for (const each of steps) {
      // What others do to the files works.
      if (each === 'move' || each === 'reopen') disk.faults = {}
      if (each === 'flush') writer.flush_sync()
      else if (each === 'move') {
        disk.functions.renameSync(name, `/l/moved.${moved++}`)
        writer.replace(open(), format)
      } else if (each === 'reopen') {
        name = name === '/l/x' ? '/l/z' : '/l/x'
        writer.replace(open(), format)
      } else if ('text' in each) writer.write('INF', `#${number++}# ${JSON.stringify(each.text)}`)
      else if ('pass' in each) clock.pass(each.pass)
      else if ('room' in each) disk.write_bytes = each.room
      else disk.faults = each.fault === '' ? {} : { [each.fault]: 'EACCES' }
    }
    writer.close()
    const lines = [...disk.names.values()].flatMap(({ text }) => text.split('\n').slice(0, -1))
    const own = lines.filter((each) => !/#\d+#/.test(each))
    assert.ok(lines.every((each) => /^\[1\] \[(INF|ERR)\] /.test(each)), lines.join('\n'))
    assert.ok(own.every((each) => /Rotated log|Unable to rotate/.test(each)), own.join('\n'))
    assert.ok([...disk.names.values()].every(({ text }) => text === '' || text.endsWith('\n')))
    const numbers = lines.flatMap((each) => /#(\d+)# ".*"$/.exec(each)?.[1] ?? []).map(Number).sort((a, b) => a - b)
    assert.equal(numbers, Array.from({ length: number }, (_, i) => i))
    assert.is(disk.open_files, 0)
  }))
})

test('the same on a real disk', () => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'onehop-rotate-'))
  const path = join(folder, 'x.log')
  const clock = new ManualClock()
  const writer = new LogWriter(
    new RotatingFile({ path, bytes_max: 500, files_max: 4 }, line, true, clock),
    (_, level, text) => line(level, text),
    clock,
  )
  for (let i = 0; i < 100; i++) {
    writer.write('INF', `${i} ${'x'.repeat(40)}`)
    if (i % 10 === 0) writer.flush_sync()
    clock.pass(10)
  }
  writer.close()
  const names = fs.readdirSync(folder).sort()
  assert.is(names.length, 4)
  assert.is(names[0], 'x.log')
  assert.ok(names.slice(1).every((name) => STAMP.test(name)))
  const kept = names.slice(1).concat('x.log').map((name) => fs.readFileSync(join(folder, name), 'utf8')).join('')
  const numbers = [...kept.matchAll(/\[INF\] (\d+) x/g)].map((match) => Number(match[1]))
  assert.equal(numbers, Array.from({ length: numbers.length }, (_, i) => 100 - numbers.length + i))
  assert.is(fs.statSync(path).mode & 0o737, 0o600)
  fs.rmSync(folder, { recursive: true })
})

test.run()
