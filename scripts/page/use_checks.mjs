// The page in use: lists, publishing and watching, the keyboard, narrow and wide windows, both themes.
import { connect } from '@nats-io/transport-node'
import assert from 'node:assert/strict'
import { open_page, take_picture, texts, wait_until } from './browser.mjs'
import { sleep } from '../server_process.mjs'
import { MeshRig } from './mesh_rig.mjs'
import { start_traffic } from './traffic.mjs'

const HERE = `document.querySelectorAll('.member[data-state="here"]').length === 2`

export const use_checks = {
  name: 'use',
  async start(browser) {
    const rig = new MeshRig()
    const websocket = 'websocket { host: 127.0.0.1, port: -1, no_tls: true }'
    const base_path = 'http_base_path: /nats/ops'
    await rig.start('alpha', { more: `${websocket}\n${base_path}` })
    await rig.start('beta', { more: websocket })
    const ports = ['alpha', 'beta'].map((name) => rig.ports(name))
    const traffic = await start_traffic(ports.map(({ client }) => client), { subscribers: 14 })
    const root = `http://127.0.0.1:${ports[0].http}/nats/ops`
    const opened = await open_page(browser, root)
    const { page, complaints } = opened
    return {
      checks: [
        ['the first page leads to it, below a base path too', () => from_root(page)],
        ['members are put in order by a click', () => members_in_order(page)],
        ['connections come in pages, in the order that the server knows', () => connections(page)],
        ['a word finds rows, and it says among how many', () => found_rows(page)],
        ['subscriptions are found by what would reach them', () => subscriptions(page)],
        [
          'what is published here comes to a client elsewhere, and what is watched comes here',
          () => subjects(page, rig),
        ],
        ['a window of 360 pixels does not scroll sideways, nor does a wide one', () => widths(page)],
        ['it is dark when the system is, and as somebody chose', () => themes(page)],
        ['everything is reached by keys, in order, and shows where one is', () => keyboard(browser, root)],
        ['who wants no motion gets none', () => no_motion(browser, root)],
        ['nobody complained', () => quiet(complaints)],
      ],
      async stop() {
        await traffic.close()
        await opened.close()
        await rig.stop()
      },
    }
  },
}

async function from_root(page) {
  await page.getByRole('link', { name: 'The mesh, live' }).click()
  await wait_until(page, HERE, 'two members')
  assert.match(page.url(), /\/nats\/ops\/dashboard$/)
}

async function members_in_order(page) {
  const names = () => texts(page, '#members tbody th span:first-child')
  const head = page.locator('#members thead').getByRole('button', { name: 'Member', exact: true })
  await head.click()
  assert.deepEqual(await names(), ['alpha', 'beta'])
  await head.click()
  assert.deepEqual(await names(), ['beta', 'alpha'])
  assert.match(await page.locator('#members th[aria-sort="descending"]').textContent(), /^Member/)
}

async function connections(page) {
  const list = page.locator('#connections')
  await list.scrollIntoViewIfNeeded()
  await wait_until(page, `document.querySelectorAll('#connections tbody tr').length === 10`, 'a page of connections')
  assert.match(await list.locator('.page-words').textContent(), /^1 to 10 of 15\. As of /)
  await list.getByRole('button', { name: 'Msgs in' }).click()
  await wait_until(
    page,
    `document.querySelector('#connections tbody tr')?.textContent.includes('shop')`,
    'the client that sends most is first',
  )
  await list.getByRole('button', { name: 'Next' }).click()
  await wait_until(page, `document.querySelectorAll('#connections tbody tr').length === 5`, 'the rest of them')
  assert.match(await list.locator('.page-words').textContent(), /^11 to 15 of 15/)
  await list.getByRole('button', { name: 'Previous' }).click()
  await list.getByLabel('Of').selectOption({ label: 'beta' })
  await wait_until(
    page,
    `document.querySelector('#connections tbody tr')?.textContent.includes('warehouse')`,
    'of beta',
  )
  await list.getByLabel('Which are').selectOption({ label: 'ended' })
  await wait_until(page, `document.querySelector('#connections thead').textContent.includes('Why')`, 'why they ended')
  await list.getByLabel('Which are').selectOption({ label: 'open' })
  await list.getByLabel('Account').fill('NOBODY')
  await list.getByLabel('Account').press('Enter')
  await wait_until(
    page,
    `document.querySelector('#connections .page-words').textContent.startsWith('none')`,
    'no account',
  )
  await list.getByLabel('Account').fill('')
  await list.getByLabel('Account').press('Enter')
  await wait_until(page, `document.querySelectorAll('#connections tbody tr').length === 10`, 'all accounts')
}

async function found_rows(page) {
  const list = page.locator('#connections')
  await list.getByLabel('Find in these rows').fill('ware nats.js')
  await wait_until(page, `document.querySelectorAll('#connections tbody tr').length === 1`, 'one row')
  assert.match(await list.locator('.page-words').textContent(), /1 of these 10 rows match/)
  await take_picture(page, 'connections')
  await list.getByLabel('Find in these rows').fill('')
}

async function subscriptions(page) {
  const list = page.locator('#subscriptions')
  await list.scrollIntoViewIfNeeded()
  await list.getByLabel('Of').selectOption({ label: 'alpha' })
  await list.getByLabel('That get messages on').fill('stock.7.changed')
  await list.getByLabel('That get messages on').press('Enter')
  await wait_until(
    page,
    `document.querySelector('#subscriptions .page-words').textContent.startsWith('1 to 10 of 14')`,
    'them',
  )
  const subjects = new Set(await texts(page, '#subscriptions tbody th'))
  assert.deepEqual([...subjects], ['stock.*.changed'])
  await list.getByRole('button', { name: 'Connection' }).click()
  assert.match(await list.locator('.page-words').textContent(), /only these rows are in order/)
  await list.getByLabel('That get messages on').fill('a..b')
  await list.getByLabel('That get messages on').press('Enter')
  await wait_until(
    page,
    `document.querySelector('#subscriptions .page-words').textContent.startsWith('No answer')`,
    'why not',
  )
}

async function subjects(page, rig) {
  const box = page.locator('#subjects')
  const [watch, publish] = [box.locator('form.watch'), box.locator('form.publish')]
  const client = await connect({ servers: `127.0.0.1:${rig.ports('beta').client}` })
  const received = new Promise((resolve) => {
    client.subscribe('greetings.*', { max: 1, callback: (_, message) => resolve(message.string()) })
  })
  await client.flush()
  await watch.getByLabel('Subject').fill('greetings.>')
  await watch.getByRole('button', { name: 'Watch' }).click()
  await wait_until(
    page,
    `document.querySelector('.chips').textContent.includes('greetings.>')`,
    'the subject is watched',
  )
  await wait_until(page, `document.querySelector('#socket-state').textContent.startsWith('Connected')`, 'it says so')
  await publish.getByLabel('Subject').fill('greetings.all')
  await publish.getByLabel('Payload').fill('hello, mesh \u2764')
  await publish.getByRole('button', { name: 'Publish' }).click()
  assert.equal(await received, 'hello, mesh \u2764')
  client.publish('greetings.bytes', new Uint8Array([0, 1, 2, 255]))
  await wait_until(page, `document.querySelectorAll('.messages li').length === 2`, 'both messages')
  assert.match(
    await box.locator('.messages').textContent(),
    /greetings\.bytes.*no text.*00 01 02 ff.*hello, mesh \u2764/s,
  )
  await publish.getByLabel('Subject').fill('greetings.*')
  await publish.getByRole('button', { name: 'Publish' }).click()
  assert.match(await publish.textContent(), /A message goes to one subject/)
  await box.scrollIntoViewIfNeeded()
  await take_picture(page, 'subjects')
  await box.getByRole('button', { name: 'Stop watching greetings.>' }).click()
  await box.getByRole('button', { name: 'Disconnect' }).click()
  await wait_until(page, `document.querySelector('#socket-state').textContent === 'Not connected'`, 'it has ended')
  await client.close()
}

async function widths(page) {
  for (const width of [360, 414, 768, 1024, 1920]) {
    await page.setViewportSize({ width, height: 800 })
    await wait_until(page, `document.querySelector('#picture svg').clientWidth <= ${width}`, 'drawn anew')
    const [wide, there] = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')
    assert.ok(wide <= there, `${wide} of ${there}`)
    await page.evaluate('scrollTo(0, 0)')
    // Members glide to where they stand now.
    await sleep(700)
    await take_picture(page, `width_${width}`, { fullPage: true })
  }
  await page.setViewportSize({ width: 1280, height: 900 })
}

async function themes(page) {
  const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
  const light = await ground()
  await page.emulateMedia({ colorScheme: 'dark' })
  const dark = await ground()
  assert.notEqual(dark, light)
  await page.evaluate('scrollTo(0, 0)')
  await sleep(500)
  await take_picture(page, 'dark', { fullPage: true })
  const theme = page.getByRole('button', { name: 'Theme' })
  await theme.click()
  assert.equal(await ground(), light)
  await page.reload()
  assert.equal(await ground(), light)
  await theme.click()
  assert.equal(await theme.textContent(), 'Theme: Dark')
  await page.emulateMedia({ colorScheme: 'light' })
  assert.equal(await ground(), dark)
  await theme.click()
  assert.equal(await ground(), light)
}

/** What has the focus, in a word or two, and whether that can be seen. */
const FOCUSED = `(() => {
  const { activeElement: here } = document
  const ring = here.querySelector?.('.ring')
  const style = getComputedStyle(here)
  const is_seen = ring ? getComputedStyle(ring).stroke !== 'none' : style.outlineStyle !== 'none' && style.outlineWidth !== '0px'
  return { text: (here.getAttribute('aria-label') ?? here.textContent ?? '').trim().slice(0, 30), id: here.id, is_seen }
})()`

async function keyboard(browser, root) {
  const { page, close } = await open_page(browser, `${root}/dashboard`)
  await wait_until(page, HERE, 'two members')
  const walk = []
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab')
    walk.push(await page.evaluate(FOCUSED))
  }
  assert.deepEqual(walk.filter(({ is_seen }) => !is_seen), [], 'what has the focus is to be seen')
  const order = ['Skip to the mesh', 'Theme: Auto', 'alpha, which serves', 'beta, ', 'Routes as a table']
  const found = order.map((text) => walk.findIndex((each) => each.text.startsWith(text)))
  assert.ok(found.every((at, i) => at >= 0 && (i === 0 || at > found[i - 1])), `${found}: ${JSON.stringify(walk)}`)
  for (const id of ['events-log', 'scope']) assert.ok(walk.some((each) => each.id === id), id)
  await page.locator('.member').first().focus()
  await page.keyboard.press('Enter')
  assert.equal(await page.locator('.member').first().getAttribute('aria-pressed'), 'true')
  await page.keyboard.press(' ')
  assert.equal(await page.locator('.member').first().getAttribute('aria-pressed'), 'false')
  await take_picture(page, 'focus')
  // The skip link leads to what it says.
  await page.locator('.skip').focus()
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate('document.activeElement.id'), 'main')
  await close()
}

async function no_motion(browser, root) {
  const { page, close } = await open_page(browser, `${root}/dashboard`, { reducedMotion: 'reduce' })
  await wait_until(page, HERE, 'two members')
  assert.equal(await page.evaluate(`getComputedStyle(document.querySelector('.member')).transitionProperty`), 'none')
  await close()
}

/** Browsers look for an icon of a page that names none, as the one at the root; and they tell of the question that was refused. */
function quiet(complaints) {
  const expected = ['/favicon.ico', 'test=a..b']
  assert.deepEqual(complaints.filter((text) => !expected.some((each) => text.includes(each))), [])
}
