import * as assert from 'uvu/assert'
import { later_permissions } from '../../src/cluster/peer_permissions.ts'
import { accepted_link } from '../../src/cluster/route_link.ts'
import { suite } from '../harness.ts'
import { info } from './membership_rig.ts'

const test = suite('cluster/peer_permissions')

test('of a later INFO the permissions are kept, and told when the export is another one', () => {
  const link = accepted_link(1, 'x')
  assert.equal(later_permissions(link, info('A')), [])
  link.info = info('A', { export: { allow: ['a'] }, import: { allow: ['i'] }, connect_urls: ['u:1'] })
  const change = (before: string[], now: object) => [{ kind: 'export_changed', rid: 1, before: { allow: before }, now }]
  const wider = info('A', { export: { allow: ['a', 'b'] }, connect_urls: [] })
  assert.equal(later_permissions(link, wider), change(['a'], { allow: ['a', 'b'] }))
  const { import: imports, export: exports, connect_urls } = link.info
  assert.equal([imports, exports, connect_urls], [undefined, { allow: ['a', 'b'] }, ['u:1']])
  assert.equal(later_permissions(link, wider), [])
  assert.equal(later_permissions(link, info('A')), change(['a', 'b'], {}))
  assert.equal(later_permissions(link, wider), [], 'what let everything in let this in too')
})

test.run()
