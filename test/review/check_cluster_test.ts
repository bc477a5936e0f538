import * as assert from 'uvu/assert'
import { check_cluster } from '../../src/review/check_cluster.ts'
import { finding_line } from '../../src/review/finding.ts'
import type { Machine } from '../../src/review/judged.ts'
import { suite } from '../harness.ts'
import { judged } from './review_rig.ts'

const test = suite('review/check_cluster')

const lines = async (text: string | null, more: Partial<Machine> = {}, argv: string[] = []) =>
  (await check_cluster(judged(text, argv, more))).map(finding_line)

test('without a cluster there is nothing to say, unless there are routes', async () => {
  assert.equal(await lines('port: 1'), [])
  assert.equal(await lines('cluster {\nname: c\nroutes: ["nats://h:1"] }'), [
    'warning  f:3:1: routes are dialled by nobody: there is no port for other servers; give the cluster a port',
  ])
})

test('a cluster without a name is warned about', async () => {
  const what = 'the cluster has no name, so it gets a random one with each start'
  const advice = 'give all servers of it the same one: cluster { name }'
  assert.equal(await lines('cluster { port: 1 }'), [`warning  f:1:0: ${what}; ${advice}`])
  assert.equal(await lines(null, {}, ['-cluster', 'nats://:1']), [`warning  flag --cluster: ${what}; ${advice}`])
  assert.equal(await lines('cluster { port: 1 }', {}, ['--cluster_name', 'c']), [])
})

const cluster = (routes: string, more = 'port: 6222') => `cluster {\nname: c, ${more}\nroutes: [${routes}] }`

test('a route that nobody can find is warned about, where it stands', async () => {
  const resolve = (host: string) =>
    host === 'b' ? Promise.reject(new Error('no such host')) : Promise.resolve(['10.0.0.9'])
  assert.equal(await lines(cluster('"nats://a:1", "nats://u:p@b:2"'), { resolve }), [
    'warning  f:3:25: the host of the route to "b" is not known: no such host; ' +
    'correct the name; until it is known the route is tried again and again',
  ])
  assert.match((await lines(cluster(''), { resolve }, ['-routes', 'nats://b:2']))[0], /^warning {2}flag --routes: /)
})

test('a route that leads to this server is noted', async () => {
  const own = (host: string) => lines(cluster(`"nats://${host}"`))
  assert.match(
    (await own('10.0.0.5:6222'))[0],
    'note     f:3:11: the route to 10.0.0.5:6222 leads to this server itself',
  )
  assert.match((await own('127.0.0.3:6222'))[0], /^note/)
  assert.match((await own('localhost:6222'))[0], /^note/)
  assert.equal(await own('10.0.0.5:6223'), [])
  assert.equal(await own('10.0.0.6:6222'), [])
  const elsewhere = await lines(cluster('"nats://127.0.0.1:6222"', 'listen: "10.0.0.5:6222"'))
  assert.equal(elsewhere, [], 'it does not listen there')
})

test('a service leads to this server if all of its hosts do', async () => {
  const services = (port: number) => () =>
    Promise.resolve([{ name: '10.0.0.5', port: 6222 }, { name: '10.0.0.5', port }])
  assert.equal(await lines(cluster('"nats://_n._tcp.x"'), { services: services(7) }), [])
  assert.match((await lines(cluster('"nats://_n._tcp.x"'), { services: services(6222) }))[0], /^note/)
})

test('a password of the cluster that can not be given to others is warned about', async () => {
  const text = cluster('', 'port: 1\nauthorization { user: a, password: "$2a$11$abc" }')
  assert.match((await lines(text))[0], /^warning {2}f:3:1: The cluster password is a bcrypt hash/)
})

test.run()
