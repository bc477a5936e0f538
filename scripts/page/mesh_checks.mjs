// A mesh of three processes on the page: it is drawn, a member is lost and comes back, one is frozen, the server itself is gone.
import assert from 'node:assert/strict'
import { open_page, take_picture, texts, wait_until } from './browser.mjs'
import { MeshRig } from './mesh_rig.mjs'
import { start_traffic } from './traffic.mjs'

const NAMES = ['alpha', 'beta', 'gamma']
const WHOLE = `document.querySelectorAll('.link[data-state="whole"]').length === 3 &&
  document.querySelectorAll('.member[data-state="here"]').length === 3`
const state_of = (name) =>
  `[...document.querySelectorAll('.member')].find((each) => each.textContent.includes('${name}'))?.dataset.state`
const place_of = (page, name) =>
  page.evaluate(
    `[...document.querySelectorAll('.member')].find((each) => each.textContent.includes('${name}')).style.transform`,
  )
const events_say = (text) => `document.querySelector('#events').textContent.includes(${JSON.stringify(text)})`

export const mesh_checks = {
  name: 'mesh',
  async start(browser) {
    const rig = new MeshRig()
    for (const name of NAMES) await rig.start(name, { more: 'websocket { host: 127.0.0.1, port: -1, no_tls: true }' })
    const traffic = await start_traffic(NAMES.map((name) => rig.ports(name).client))
    const url = `http://127.0.0.1:${rig.ports('alpha').http}/dashboard`
    const opened = await open_page(browser, url)
    const { page, complaints } = opened
    return {
      checks: [
        ['three members and three routes are drawn, and what flows', () => drawn(page)],
        ['nothing jumps while it updates', () => nothing_jumps(browser, url)],
        ['a member is chosen, and its figures are shown alone', () => chosen(page)],
        ['a killed member is lost, in red and in words, and keeps its place', () => lost(page, rig)],
        ['it comes back to the same place', () => back(page, rig)],
        ['a frozen member is silent, and answers again', () => frozen(page, rig)],
        ['a member that leaves in order is not missed', () => left(page, rig)],
        ['every other member shows the same mesh', () => from_another(browser, rig)],
        ['without answers the page says since when, and goes on when they come', () => out_of_date(page, rig)],
        ['nobody complained, and nobody else was asked for anything', () => quiet(complaints)],
      ],
      async stop() {
        await traffic.close()
        await opened.close()
        await rig.stop()
      },
    }
  },
}

async function drawn(page) {
  await wait_until(page, WHOLE, 'three members and three whole routes')
  assert.deepEqual((await texts(page, '.member .name')).sort(), NAMES)
  await wait_until(page, `document.querySelector('#health').dataset.state === 'good'`, 'it says that the mesh is whole')
  const flows =
    `[...document.querySelectorAll('.member .line')].some(({ textContent }) => /[1-9].* msg\\/s/.test(textContent))`
  await wait_until(page, flows, 'messages per second')
  await wait_until(page, `document.querySelectorAll('#workers tbody tr').length === 6`, 'two threads of each member')
  // A curve wants some points.
  await wait_until(
    page,
    `document.querySelector('.curve path').getAttribute('d').split('L').length > 8`,
    'a curve',
    30_000,
  )
  await take_picture(page, 'whole', { fullPage: true })
}

async function nothing_jumps(browser, url) {
  const before = `new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) (globalThis.shifts ??= []).push(entry.value)
  }).observe({ type: 'layout-shift', buffered: true })`
  const { page, close } = await open_page(browser, url, { before })
  await wait_until(page, WHOLE, 'the mesh')
  await page.evaluate('globalThis.shifts = []')
  const seen = `document.querySelector('#fresh').textContent`
  for (let i = 0; i < 5; i++) {
    const last = await page.evaluate(seen)
    await wait_until(page, `${seen} !== ${JSON.stringify(last)}`, 'the next answer')
  }
  const shifts = await page.evaluate('globalThis.shifts')
  assert.ok(shifts.reduce((sum, each) => sum + each, 0) < 0.001, `layout shifts: ${shifts}`)
  // What would jump would be noticed.
  await page.evaluate(
    `document.querySelector('main').prepend(Object.assign(document.createElement('p'), { textContent: 'jump' }))`,
  )
  await wait_until(page, 'globalThis.shifts.length > 0', 'a jump is noticed')
  await close()
}

async function chosen(page) {
  await page.locator('.member', { hasText: 'beta' }).click()
  assert.equal(await page.locator('.member', { hasText: 'beta' }).getAttribute('aria-pressed'), 'true')
  assert.equal(await page.locator('#scope option:checked').textContent(), 'beta')
  assert.equal(await page.locator('.link[data-faint]').count(), 1)
  await take_picture(page, 'chosen')
  await page.locator('.member', { hasText: 'beta' }).click()
  assert.equal(await page.locator('#scope option:checked').textContent(), 'the whole mesh')
}

async function lost(page, rig) {
  const place = await place_of(page, 'gamma')
  await rig.kill('gamma')
  await wait_until(page, `${state_of('gamma')} === 'lost'`, 'gamma is lost')
  assert.equal(await place_of(page, 'gamma'), place)
  assert.equal(await page.locator('.link[data-state="lost"]').count(), 2)
  assert.match(await page.locator('#health-text').textContent(), /1 member lost/)
  await wait_until(page, events_say('gamma is lost'), 'the event')
  const colors = await page.evaluate(`(() => {
    const probe = document.createElement('i')
    probe.style.color = 'var(--bad)'
    document.body.append(probe)
    const { color } = getComputedStyle(probe)
    probe.remove()
    const of = (selector) => getComputedStyle(document.querySelector(selector)).stroke
    return [color, of('.member[data-state="lost"] .box'), of('.link[data-state="lost"] line.half')]
  })()`)
  assert.deepEqual(colors, [colors[0], colors[0], colors[0]])
  await wait_until(page, `document.querySelector('.member[data-state="lost"]').textContent.includes('refused')`, 'why')
  await take_picture(page, 'lost')
}

async function back(page, rig) {
  const place = await place_of(page, 'gamma')
  await rig.again('gamma')
  await wait_until(page, WHOLE, 'the mesh is whole again', 30_000)
  assert.equal(await place_of(page, 'gamma'), place)
  await wait_until(page, events_say('gamma is back'), 'the event')
  await take_picture(page, 'back')
}

async function frozen(page, rig) {
  rig.signal('gamma', 'SIGSTOP')
  // Its routes end after some seconds of silence: until then it is silent, from then on lost.
  await wait_until(page, `['silent', 'lost'].includes(${state_of('gamma')})`, 'gamma is silent')
  rig.signal('gamma', 'SIGCONT')
  await wait_until(page, WHOLE, 'gamma answers again', 30_000)
}

async function left(page, rig) {
  rig.signal('beta', 'SIGTERM')
  await wait_until(page, `${state_of('beta')} === 'left'`, 'beta has left', 20_000)
  assert.equal(await page.locator('#health').getAttribute('data-state'), 'good')
  await take_picture(page, 'left')
  await rig.again('beta')
  await wait_until(page, WHOLE, 'beta is back', 30_000)
}

async function from_another(browser, rig) {
  const { page, close } = await open_page(browser, `http://127.0.0.1:${rig.ports('gamma').http}/dashboard`)
  await wait_until(page, WHOLE, 'the mesh')
  assert.match(await page.locator('#source').textContent(), /through gamma/)
  await close()
}

async function out_of_date(page, rig) {
  rig.signal('alpha', 'SIGSTOP')
  await wait_until(
    page,
    `document.querySelector('#health-text').textContent.startsWith('Out of date since')`,
    'it says so',
  )
  assert.ok(await page.locator('#retry').isVisible())
  await take_picture(page, 'out_of_date')
  rig.signal('alpha', 'SIGCONT')
  await page.locator('#retry').click()
  await wait_until(
    page,
    `document.querySelector('#fresh').textContent.startsWith('As of')`,
    'answers come again',
    30_000,
  )
  await wait_until(page, events_say('answers this page again'), 'the event')
}

/** A request that was given up is told by the browser itself. */
function quiet(complaints) {
  const own = complaints.filter((text) => !/net::ERR_|Failed to load resource/.test(text))
  assert.deepEqual(own, [])
}
