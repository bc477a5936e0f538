// Meshes that are made up: routes that one side denies, members that do not answer, many members.
import assert from 'node:assert/strict'
import { open_page, take_picture, texts, wait_until } from './browser.mjs'
import { fake_mesh } from './fake_mesh.mjs'
import { MeshRig } from './mesh_rig.mjs'

const members = (count) => `document.querySelectorAll('.member').length === ${count}`

export const fake_checks = {
  name: 'made-up meshes',
  async start(browser) {
    const rig = new MeshRig()
    const { http } = await rig.start('alpha')
    const open = (fake, options) => open_page(browser, `http://127.0.0.1:${http}/dashboard`, { fake, ...options })
    return {
      checks: [
        ['a route that one side denies, and one that both miss, are red', () => faulty(open)],
        ['a member that others know and that does not answer is silent', () => silent(open)],
        ['sizes from one to forty are drawn without covering each other', () => sizes(open)],
        ['names are text, whatever is in them', () => hostile(open)],
      ],
      stop: () => rig.stop(),
    }
  },
}

async function faulty(open) {
  const { page, complaints, close } = await open(fake_mesh(5, { no_route: [[0, 1], [2, 3], [3, 2]] }))
  await wait_until(page, members(5), 'five members')
  const states = () => page.locator('.link').evaluateAll((links) => links.map((link) => link.dataset.state).sort())
  const whole = Array.from({ length: 8 }, () => 'whole')
  assert.deepEqual(await states(), ['missing', 'one_sided', ...whole])
  assert.equal(await page.locator('.link[data-state="one_sided"] line[data-broken]').count(), 1)
  const labels = await texts(page, '.link-label .first')
  assert.ok(labels.includes('\u25d0 one side') && labels.includes('\u2715 no route'), labels.join())
  assert.match(await page.locator('#health-text').textContent(), /2 routes not whole/)
  await page.getByText('Routes as a table').click()
  assert.equal(await page.locator('#routes td[data-bad]').count(), 2)
  await page.waitForTimeout(2_500)
  await take_picture(page, 'faulty')
  assert.deepEqual(complaints, [])
  await close()
}

async function silent(open) {
  const { page, close } = await open(fake_mesh(4, { silent: [2] }))
  await wait_until(page, `document.querySelectorAll('.member[data-state="silent"]').length === 1`, 'a silent member')
  assert.equal(await page.locator('.link[data-state="unconfirmed"]').count(), 3)
  assert.match(await page.locator('#health-text').textContent(), /1 member silent/)
  await take_picture(page, 'silent')
  await close()
}

/** Whether any two of the elements cover each other. */
const covering = (selector) =>
  `(() => {
  const boxes = [...document.querySelectorAll('${selector}')].filter((each) => each.getAttribute('visibility') !== 'hidden')
    .map((each) => each.getBoundingClientRect())
  return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)).length
})()`

async function sizes(open) {
  for (const width of [1280, 360]) {
    for (const count of [1, 2, 3, 4, 5, 6, 8, 12, 24, 40]) {
      const { page, close } = await open(fake_mesh(count), {
        viewport: { width, height: 800 },
        reducedMotion: 'reduce',
      })
      await wait_until(page, members(count), `${count} members`)
      const [boxes, labels] = [
        await page.evaluate(covering('.member .box')),
        await page.evaluate(covering('.link-label')),
      ]
      assert.deepEqual([boxes, labels], [0, 0], `${count} members at ${width} pixels`)
      await take_picture(page, `members_${count}_${width}`, { clip: { x: 0, y: 0, width, height: 800 } })
      await close()
    }
  }
}

async function hostile(open) {
  const fake = fake_mesh(2)
  const { page, complaints, close } = await open(() => {
    const mesh = fake()
    mesh.members[1].varz.server_name = '<img src=x onerror="document.title=1"><script>alert(1)</script>'
    return mesh
  })
  await wait_until(page, members(2), 'two members')
  assert.equal(await page.locator('#picture img, #members img, main script').count(), 0)
  assert.deepEqual(complaints, [])
  await close()
}
