// Who wants to publish says who it is only where the server asks, and what it said is kept nowhere. And a server that is alone.
import assert from 'node:assert/strict'
import { open_page, take_picture, wait_until } from './browser.mjs'
import { MeshRig } from './mesh_rig.mjs'

const SECRET = 'tell-nobody'
const USERS = `authorization {
  users: [{ user: ann, password: ${SECRET}, permissions { publish: "greetings.>", subscribe: [">"] } }]
}`

export const login_checks = {
  name: 'login',
  async start(browser) {
    const rig = new MeshRig()
    const websocket = 'websocket { host: 127.0.0.1, port: -1, no_tls: true }'
    const asking = await rig.start('asking', { more: `${websocket}\n${USERS}` })
    const alone = await rig.start('alone', { more: 'no_system_account: true', cluster: false })
    return {
      checks: [
        ['a server that wants a login is asked without one for nothing but figures', () => login(browser, asking)],
        ['what goes over the wire says nothing of users', () => nothing_told(asking)],
        ['without a system account only this member is shown, and the page says so', () => only_one(browser, alone)],
        ['files are closed to others, named by what is in them, and compressed', () => headers(asking)],
      ],
      stop: () => rig.stop(),
    }
  },
}

async function login(browser, { http }) {
  const { page, complaints, close } = await open_page(browser, `http://127.0.0.1:${http}/dashboard`)
  const box = page.locator('#subjects')
  const form = box.locator('form.login')
  await wait_until(page, `document.querySelector('form.login')?.hidden === false`, 'it asks who one is')
  const publish = box.locator('form.publish')
  await publish.getByLabel('Subject').fill('greetings.all')
  await publish.getByRole('button', { name: 'Publish' }).click()
  await wait_until(
    page,
    `document.querySelector('form.publish').textContent.includes('Not published')`,
    'without a login',
  )
  const enter = async (password) => {
    await form.getByLabel('User').fill('ann')
    await form.getByLabel('Password').fill(password)
    await form.getByRole('button', { name: 'Log in' }).click()
  }
  await enter('wrong')
  await wait_until(
    page,
    `document.querySelector('#socket-state').textContent.includes('refused the login')`,
    'a wrong one',
  )
  await form.scrollIntoViewIfNeeded()
  await take_picture(page, 'login')
  await enter(SECRET)
  await wait_until(page, `document.querySelector('#socket-state').textContent.startsWith('Connected')`, 'the right one')
  assert.ok(await form.isHidden())
  await publish.getByRole('button', { name: 'Publish' }).click()
  await wait_until(
    page,
    `document.querySelector('form.publish').textContent.includes('Published to greetings.all')`,
    'sent',
  )
  await publish.getByLabel('Subject').fill('elsewhere')
  await publish.getByRole('button', { name: 'Publish' }).click()
  await wait_until(page, `document.querySelector('#socket-state').textContent.startsWith('Refused')`, 'what it may not')
  const kept = await page.evaluate(
    'JSON.stringify([location.href, { ...localStorage }, { ...sessionStorage }, document.cookie])',
  )
  assert.ok(!kept.includes(SECRET) && !kept.includes('ann'), kept)
  // A refused WebSocket is told by the client library on the console, by none of ours.
  assert.deepEqual(complaints.filter((text) => !text.includes('WebSocket')), [])
  await close()
}

async function nothing_told({ http }) {
  for (const path of ['mesh', 'connections?state=all', 'subscriptions']) {
    const text = await (await fetch(`http://127.0.0.1:${http}/dashboard/${path}`)).text()
    for (const word of [SECRET, 'ann"', 'jwt', 'authorized_user', 'password', 'issuer']) {
      assert.ok(!text.includes(word), `${path} has ${word}: ${text}`)
    }
  }
}

async function only_one(browser, { http }) {
  const { page, complaints, close } = await open_page(browser, `http://127.0.0.1:${http}/dashboard`)
  await wait_until(page, `document.querySelectorAll('.member').length === 1`, 'one member')
  assert.match(await page.locator('#reach').textContent(), /Only this member is shown/)
  assert.match(await page.locator('#subjects').textContent(), /no WebSocket listener/)
  await page.locator('#connections').scrollIntoViewIfNeeded()
  await wait_until(
    page,
    `document.querySelector('#connections .page-words').textContent.startsWith('none')`,
    'its list',
  )
  await page.evaluate('scrollTo(0, 0)')
  await take_picture(page, 'alone')
  assert.deepEqual(complaints, [])
  await close()
}

async function headers({ http }) {
  const root = `http://127.0.0.1:${http}/dashboard`
  const page = await fetch(root)
  const policy = page.headers.get('content-security-policy')
  assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'; .*connect-src 'self' ws:\/\/\*:\d+; /)
  assert.ok(!policy.includes('unsafe'))
  for (const path of ['', '/app.js', '/app.css']) {
    const first = await fetch(root + path)
    assert.equal(first.headers.get('content-encoding'), 'gzip')
    assert.equal(first.headers.get('access-control-allow-origin'), null)
    assert.equal(first.headers.get('x-content-type-options'), 'nosniff')
    const again = await fetch(root + path, { headers: { 'If-None-Match': first.headers.get('etag') } })
    assert.equal(again.status, 304)
  }
  const { status, redirected, url } = await fetch(`${root}/`)
  assert.deepEqual([status, redirected, url], [200, true, root])
  assert.equal((await fetch(`${root}/../dashboard/other`)).status, 404)
}
