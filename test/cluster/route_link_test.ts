import * as assert from 'uvu/assert'
import { accepted_link, adopt_role, dialled_link, link_report } from '../../src/cluster/route_link.ts'
import { suite } from '../harness.ts'
import { url } from './membership_rig.ts'

const test = suite('cluster/route_link')

const [A, B] = [url('a:1'), url('b:2')]
const hosts = (urls: readonly { host: string }[]) => urls.map((each) => each.host)

test('a link knows whether we dialled it, and what', () => {
  const accepted = accepted_link(1, '1.2.3.4:5')
  assert.equal([accepted.solicited, accepted.explicit, accepted.urls, accepted.state], [false, false, [], 'open'])
  const dialled = dialled_link(2, '1.2.3.4:6', { url: A, explicit: true })
  assert.equal([dialled.solicited, dialled.explicit, hosts(dialled.urls)], [true, true, ['a']])
})

test('the heir of a configured link dials what that one would have dialled', () => {
  const heir = accepted_link(1, 'x')
  assert.ok(adopt_role(heir, dialled_link(2, 'y', { url: A, explicit: true })))
  assert.equal([heir.solicited, heir.explicit, hosts(heir.urls)], [true, true, ['a']])
  assert.not(adopt_role(heir, dialled_link(3, 'y', { url: A, explicit: true })))
  assert.equal(hosts(heir.urls), ['a'])
  assert.not(adopt_role(heir, dialled_link(4, 'y', { url: B, explicit: true })))
  assert.equal(hosts(heir.urls), ['a', 'b'])
})

test('a configured role wins over one known by gossip, and is not lost to it', () => {
  const heir = dialled_link(1, 'x', { url: A, explicit: false })
  assert.ok(adopt_role(heir, dialled_link(2, 'y', { url: B, explicit: true })))
  assert.equal([heir.explicit, hosts(heir.urls)], [true, ['b']])
  assert.not(adopt_role(heir, dialled_link(3, 'y', { url: A, explicit: false })))
  assert.equal([heir.explicit, hosts(heir.urls)], [true, ['b']])
})

test('an accepted link takes over a dialled one that gossip named; from an accepted one nothing', () => {
  const heir = accepted_link(1, 'x')
  assert.not(adopt_role(heir, accepted_link(2, 'y')))
  assert.ok(adopt_role(heir, dialled_link(3, 'y', { url: A, explicit: false })))
  assert.equal([heir.solicited, heir.explicit, hosts(heir.urls)], [true, false, ['a']])
})

test('monitoring shows the first url', () => {
  const link = dialled_link(7, '1.2.3.4:5', { url: A, explicit: true })
  link.remote_id = 'NPEER'
  link.registered_ms = 12
  const report = link_report(link)
  assert.equal([report.rid, report.remote_id, report.registered_ms, report.remote_address], [
    7,
    'NPEER',
    12,
    '1.2.3.4:5',
  ])
  assert.match(report.url, 'a:1')
  assert.is(link_report(accepted_link(8, 'x')).url, '')
})

test.run()
