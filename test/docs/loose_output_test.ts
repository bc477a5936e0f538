import * as assert from 'uvu/assert'
import { masked_line, output_fault } from '../../scripts/docs/loose_output.mjs'
import { suite } from '../harness.ts'

const test = suite('docs/loose_output')
const whole = (expected: string[], actual: string[]) => output_fault(expected, actual.join('\n'), { whole: true })
const part = (expected: string[], actual: string[]) => output_fault(expected, actual.join('\n'), { whole: false })

const log_line = (pid: number, time: string, text: string) => `[${pid}] 2026/11/25 ${time} [INF] ${text}`

test('what changes from run to run is masked', () => {
  const same = (a: string, b: string) => assert.is(masked_line(a), masked_line(b), a)
  same(log_line(12, '01:11:56.448988', 'ready'), log_line(13, '02:00:00.1', 'ready'))
  same('{"time":"2026-11-28T21:23:07.043734Z"}', '{"time":"2027-01-01T00:00:00Z"}')
  same(`ID: N${'A'.repeat(55)}`, `ID: N${'B'.repeat(55)}`)
  same('127.0.0.1:50312 - cid:5 - x', '127.0.0.1:41000 - cid:17 - x')
  same('whole after 1.36 s', 'whole after 980 ms')
  same('"rtt": "632µs",', '"rtt": "1.2ms",')
  same('  "mem": 1234,', '"mem": 9,')
  same('nats-server: v2.9.10', 'nats-server: v2.15.2')
  same('in use by process 1', 'in use by process 22')
})

test('colours do not count', () => {
  assert.is(masked_line('\u001b[31mred\u001b[0m'), 'red')
})

test('what a page is about is not masked', () => {
  const differ = (a: string, b: string) => assert.is.not(masked_line(a), masked_line(b), a)
  differ('listen on 127.0.0.1:4222', 'listen on 127.0.0.1:4223')
  differ('host 127.0.0.1', 'host 127.0.0.2')
  differ('"port": 4222', '"port": 4223')
  differ('"status": "ok"', '"status": "error"')
  differ('Received 3', 'Received 4')
})

test('a page may leave out pid and time of a log', () => {
  assert.is(part(['[INF] ready'], [log_line(1, '01:00:00.5', 'ready')]), null)
})

test('blanks and blank lines do not count', () => {
  assert.is(whole(['a  b', '', 'c'], ['  a b', 'c', '']), null)
})

test('of a whole output every line is shown', () => {
  assert.is(whole(['a', 'b'], ['a', 'b']), null)
  assert.match(whole(['a', 'b'], ['a', 'x', 'b'])!, 'does not come: b')
  assert.match(whole(['a', 'b'], ['a', 'x', 'b'])!, 'in its place: x')
  assert.is(whole(['a'], ['a', 'b']), 'is not shown: b')
  assert.is(whole(['a', 'b'], ['a']), 'does not come: b')
})

test('three dots stand for any lines, also for none', () => {
  assert.is(whole(['a', '...', 'd'], ['a', 'b', 'c', 'd']), null)
  assert.is(whole(['a', '...', 'd'], ['a', 'd']), null)
  assert.is(whole(['...'], []), null)
  assert.is(whole(['a', '...', 'b', 'c'], ['a', 'b', 'x', 'b', 'c']), null)
  assert.match(whole(['a', '...', 'e'], ['a', 'b'])!, 'does not come: e')
})

test('three dots in a line stand for anything in it', () => {
  assert.is(whole(['took ... of it', '{ ... "b" }'], ['took 3 of it', '{ "a", "b" }']), null)
  assert.is.not(whole(['took ... of it'], ['took 3']), null)
})

test('letters of regular expressions mean themselves', () => {
  assert.is(whole(['a.b (c)*'], ['a.b (c)*']), null)
  assert.is.not(whole(['a.b'], ['axb']), null)
})

test('of an output that goes on, the lines come in their order, with others between', () => {
  assert.is(part(['a', 'c'], ['x', 'a', 'b', 'c', 'd']), null)
  assert.is(part(['c', 'a'], ['a', 'b', 'c']), 'does not come: a')
  assert.is(part(['a', 'a'], ['a']), 'does not come: a')
  assert.is(part(['a', '...', 'b'], ['a', 'b']), null)
})

test.run()
