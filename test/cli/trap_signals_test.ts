import * as assert from 'uvu/assert'
import { trap_signals } from '../../src/cli/trap_signals.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'

const test = suite('cli/trap_signals')

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGUSR1' | 'SIGUSR2'

/** A process with traps, and a server that stops when it is told to. */
function make() {
  const clock = new ManualClock()
  const traps = new Map<Signal, () => void>()
  const log: string[] = []
  const seen = { stops: 0, lame_ducks: 0, exits: 0 }
  const asked = { reloads: 0, reopened: 0, fault: '' }
  let stopped: () => void
  const stop = new Promise<void>((resolve) => stopped = resolve)
  const server = {
    is_lame_duck: false,
    lame_duck() {
      seen.lame_ducks++
      server.is_lame_duck = true
      return stop
    },
    reload() {
      asked.reloads++
      return asked.fault === '' ? Promise.resolve() : Promise.reject(new Error(asked.fault))
    },
    stop() {
      seen.stops++
      return stop
    },
  }
  const source = {
    on: (signal: Signal, f: () => void) => traps.set(signal, f),
    off: (signal: Signal, f: () => void) => traps.get(signal) === f && traps.delete(signal),
  }
  const { serve } = trap_signals(source, (level, text) => log.push(`${level} ${text}`), clock, () => asked.reopened++)
  return {
    ...{ clock, traps, log, seen, asked },
    start: () => serve(server, () => void seen.exits++),
    signal: (signal: Signal) => traps.get(signal)!(),
    async stopped() {
      stopped()
      await stop
    },
  }
}

for (const [signal, name] of [['SIGINT', 'interrupt'], ['SIGTERM', 'terminated']] as const) {
  test(`${signal} stops the server and then ends the process`, async () => {
    const { start, traps, signal: send, log, seen, stopped } = make()
    start()
    send(signal)
    assert.equal(log, [`INF Trapped "${name}" signal`])
    assert.equal(seen, { stops: 1, lame_ducks: 0, exits: 0 })
    assert.not(traps.has(signal), 'a second one has its own meaning')
    await stopped()
    assert.is(seen.exits, 1)
  })
}

test('a server that does not stop ends all the same', () => {
  const { start, signal, clock, seen } = make()
  start()
  signal('SIGINT')
  clock.pass(4_999)
  assert.is(seen.exits, 0)
  clock.pass(1)
  assert.is(seen.exits, 1)
})

test('SIGUSR2 is lame duck mode, at the end of which the process ends; a second one does nothing', async () => {
  const { start, signal, log, clock, seen, stopped } = make()
  start()
  signal('SIGUSR2')
  signal('SIGUSR2')
  assert.equal(log, Array(2).fill('INF Trapped "user defined signal 2" signal'))
  clock.pass(100_000)
  assert.equal(seen, { stops: 0, lame_ducks: 1, exits: 0 })
  await stopped()
  assert.is(seen.exits, 1)
})

test('in lame duck mode SIGTERM is ignored, however often it comes, and SIGINT is not', async () => {
  const { start, signal, seen, stopped } = make()
  start()
  signal('SIGUSR2')
  signal('SIGTERM')
  signal('SIGTERM')
  assert.is(seen.stops, 0)
  signal('SIGINT')
  assert.is(seen.stops, 1)
  await stopped()
  assert.ok(seen.exits > 0)
})

test('before the server is up SIGUSR2 does nothing, and the others have their own meaning', () => {
  const { signal, traps, seen } = make()
  signal('SIGUSR2')
  assert.equal(seen, { stops: 0, lame_ducks: 0, exits: 0 })
  assert.equal([...traps.keys()], ['SIGHUP', 'SIGUSR1', 'SIGUSR2'])
})

test('SIGHUP loads the configuration again, and says what is wrong with it', async () => {
  const { start, signal, log, asked } = make()
  signal('SIGHUP')
  assert.is(asked.reloads, 0, 'there is no server yet')
  start()
  signal('SIGHUP')
  asked.fault = 'unknown field'
  signal('SIGHUP')
  await Promise.resolve()
  await Promise.resolve()
  assert.is(asked.reloads, 2)
  assert.equal(log.slice(1), [
    ...Array(2).fill('INF Trapped "hangup" signal'),
    'ERR Failed to reload server configuration: unknown field',
  ])
})

test('SIGUSR1 has the log file opened again, also before the server is up', () => {
  const { signal, asked } = make()
  signal('SIGUSR1')
  assert.is(asked.reopened, 1)
})

test.run()
