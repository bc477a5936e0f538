import * as assert from 'uvu/assert'
import { check_syslog } from '../../src/review/check_syslog.ts'
import { finding_line } from '../../src/review/finding.ts'
import { suite } from '../harness.ts'
import { judged } from './review_rig.ts'

const test = suite('review/check_syslog')

async function asked(text: string, argv: string[] = [], fault = ''): Promise<{ urls: string[]; lines: string[] }> {
  const urls: string[] = []
  const reach_syslog = (url: string) => {
    urls.push(url)
    return fault === '' ? Promise.resolve() : Promise.reject(new Error(fault))
  }
  return { urls, lines: (await check_syslog(judged(text, argv, { reach_syslog }))).map(finding_line) }
}

test('it is asked only where the log goes there', async () => {
  assert.equal(await asked('port: 1'), { urls: [], lines: [] })
  assert.equal(await asked('log_file: "/dev/null"\nsyslog: true\nremote_syslog: "udp://h:1"'), { urls: [], lines: [] })
  assert.equal(await asked('syslog: true'), { urls: [''], lines: [] })
  assert.equal(await asked('syslog: true\nremote_syslog: "udp://h:1"'), { urls: ['udp://h:1'], lines: [] })
})

test('one that can not be reached is an error, where it was said', async () => {
  const end = 'start it, or let the log go elsewhere'
  assert.equal((await asked('port: 1', ['-r', 'tcp://h:1'], 'no')).lines, [
    `error    flag -r: the syslog tcp://h:1 can not be reached: no; ${end}`,
  ])
  assert.equal((await asked('\nsyslog: true', [], 'there is no "logger"')).lines, [
    `error    f:2:1: the syslog of this machine can not be reached: there is no "logger"; ${end}`,
  ])
})

test.run()
