import * as assert from 'uvu/assert'
import { credentials_warning, own_credentials } from '../../src/cluster/own_credentials.ts'
import { suite } from '../harness.ts'
import { url } from './membership_rig.ts'

const test = suite('cluster/own_credentials')

const HASH = '$2a$04$abcdefghijklmnopqrstuuLZYjhNQAOdpbzt4WxWlUHjv1wsyH5DG'

test('without a cluster user there are none', () => {
  assert.is(own_credentials({}, [url('u:p@a:1')]), undefined)
  assert.is(credentials_warning({}, []), null)
})

test('the configured password is that of all members', () => {
  assert.equal(own_credentials({ user: 'u', password: 'p' }, [url('u:x@a:1')]), { user: 'u', password: 'p' })
  assert.equal(own_credentials({ user: 'u' }, []), { user: 'u', password: '' })
  assert.is(credentials_warning({ user: 'u', password: 'p' }, []), null)
})

test('behind a hash the password is that of a configured route of the same user; else there is a warning', () => {
  const hashed = { user: 'u', password: HASH }
  const routes = [url('a:1'), url('x:y@b:2'), url('u@c:3'), url('u:p@d:4')]
  assert.equal(own_credentials(hashed, routes), { user: 'u', password: 'p' })
  assert.is(credentials_warning(hashed, routes), null)
  assert.is(own_credentials(hashed, routes.slice(0, 3)), undefined)
  assert.match(credentials_warning(hashed, routes.slice(0, 3)) ?? '', 'known by gossip only can not be dialled')
})

test.run()
