import * as assert from 'uvu/assert'
import { send_signal } from '../../src/cli/send_signal.ts'
import { suite } from '../harness.ts'

const test = suite('cli/send_signal')

const failure = (code: string) => Object.assign(new Error(code), { code })

/** What is said and what was sent, on a system with these servers. */
function send(text: string, found: number[] | null = [12, 123, 45], files: Record<string, string> = {}) {
  const sent: string[] = []
  const said = send_signal(text, {
    read(path) {
      if (!Object.hasOwn(files, path)) throw failure('ENOENT')
      return files[path]
    },
    kill(pid, signal) {
      if (pid === 99) throw failure('ESRCH')
      if (pid === 45) throw failure('EPERM')
      sent.push(`${signal} ${pid}`)
    },
    find: () => found,
  })
  return { said, sent }
}

test('each command is a signal for the pid, or for the pid in a file', () => {
  for (const [command, signal] of [['stop', 'SIGKILL'], ['quit', 'SIGINT'], ['term', 'SIGTERM'], ['ldm', 'SIGUSR2']]) {
    assert.equal(send(`${command}=7`), { said: null, sent: [`${signal} 7`] })
    assert.equal(send(`${command}=/run/pid`, null, { '/run/pid': '8' }), { said: null, sent: [`${signal} 8`] })
  }
})

test('without a target it goes to the only server', () => {
  for (const text of ['ldm', 'ldm=']) assert.equal(send(text, [7]), { said: null, sent: ['SIGUSR2 7'] })
  assert.equal(send('ldm', []), { said: 'no nats-server processes running', sent: [] })
  assert.equal(send('ldm', [7, 8]), { said: 'multiple nats-server processes running:\n7\n8', sent: [] })
  assert.equal(send('ldm', null), { said: 'unable to resolve pid, try providing one', sent: [] })
})

test('an asterisk means all servers whose pids begin so', () => {
  assert.equal(send('quit=12*'), { said: null, sent: ['SIGINT 12', 'SIGINT 123'] })
  assert.equal(send('quit=*', [7, 8]), { said: null, sent: ['SIGINT 7', 'SIGINT 8'] })
  assert.equal(send('quit=5*'), { said: null, sent: [] })
  assert.equal(send('quit=*', []).said, 'no nats-server processes running')
})

test('what is wrong is told in the words of nats-server, and nothing is sent', () => {
  const wrong: [string, string][] = [
    ['stop=abc', 'invalid pid: abc'],
    ['stop=12\n', 'invalid pid: 12\n'],
    ['stop=a*', 'invalid pid: a'],
    ['quit=1=2', 'invalid signal parameters: [2]'],
    ['quit=1=2=3', 'invalid signal parameters: [2 3]'],
    ['foo=7', 'unknown signal "foo"'],
    ['constructor=7', 'unknown signal "constructor"'],
    ['quit=99', '\nsignal "quit" 99: no such process'],
  ]
  for (const [text, said] of wrong) assert.equal(send(text), { said, sent: [] })
  assert.equal(send('term=*'), {
    said: '\nsignal "term" 45: operation not permitted',
    sent: ['SIGTERM 12', 'SIGTERM 123'],
  })
})

test('groups of processes are out of reach', () => {
  for (const pid of ['0', '-1', '-7', '00', '+7']) {
    assert.equal(send(`stop=${pid}`), { said: `invalid pid: ${pid}`, sent: [] })
  }
})

test('reload and reopen are signals like the others', () => {
  assert.equal(send('reload=7'), { said: null, sent: ['SIGHUP 7'] })
  assert.equal(send('reopen=7'), { said: null, sent: ['SIGUSR1 7'] })
  assert.is(send('reload=99').said, '\nsignal "reload" 99: no such process')
  assert.is(send('reload', []).said, 'no nats-server processes running')
})

test.run()
