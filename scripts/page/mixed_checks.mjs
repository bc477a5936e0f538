// A mesh with nats-servers in it: they answer what they know, and are shown with that.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { open_page, take_picture, texts, wait_until } from './browser.mjs'
import { MeshRig } from './mesh_rig.mjs'
import { start_traffic } from './traffic.mjs'

export const mixed_checks = {
  name: 'mixed mesh',
  async start(browser) {
    const binaries = ['nats-server', process.env.NATS_SERVER_NEW].filter((each) => each && can_start(each))
    if (binaries.length === 0) {
      return { checks: [], stop() {}, not_run: 'there is no nats-server in PATH, and NATS_SERVER_NEW names none' }
    }
    const rig = new MeshRig()
    const names = ['ours', 'ours_too', ...binaries.map((_, i) => `theirs${i}`)]
    await rig.start('ours')
    await rig.start('ours_too')
    for (const [i, binary] of binaries.entries()) await rig.start(`theirs${i}`, { binary })
    const traffic = await start_traffic(names.map((name) => rig.ports(name).client), { per_second: 100 })
    const opened = await open_page(browser, `http://127.0.0.1:${rig.ports('ours').http}/dashboard`)
    return {
      checks: [
        [`a mesh with ${binaries.length} of them is whole, with their figures`, () => whole(opened, names)],
        ['their connections and subscriptions are listed', () => lists(opened.page, names)],
      ],
      async stop() {
        await traffic.close()
        await opened.close()
        await rig.stop()
      },
    }
  },
}

const can_start = (binary) => spawnSync(binary, ['--version'], { timeout: 10_000 }).status === 0

async function whole({ page, complaints }, names) {
  const pairs = names.length * (names.length - 1) / 2
  await wait_until(
    page,
    `document.querySelectorAll('.link[data-state="whole"]').length === ${pairs}`,
    'all routes',
    30_000,
  )
  const software = await texts(page, '#members tbody td:nth-child(3)')
  assert.equal(software.filter((text) => text.startsWith('nats-server 2.')).length, names.length - 2)
  const rates =
    `[...document.querySelectorAll('#members tbody tr')].every((row) => /\\d/.test(row.children[9].textContent)
    && row.children[9].textContent !== '0')`
  await wait_until(page, rates, 'messages from clients of each')
  // Nobody waits for what they do not know.
  await wait_until(
    page,
    `/after [\\d.]+ ms/.test(document.querySelector('#source').textContent) &&
    Number(/after ([\\d.]+) ms/.exec(document.querySelector('#source').textContent)[1]) < 400`,
    'answers in time',
  )
  await page.waitForTimeout(6_000)
  await take_picture(page, 'mixed', { fullPage: true })
  assert.deepEqual(complaints, [])
}

async function lists(page, names) {
  const theirs = names[names.length - 1]
  for (const list of ['connections', 'subscriptions']) {
    const place = page.locator(`#${list}`)
    await place.scrollIntoViewIfNeeded()
    await place.getByLabel('Of').selectOption({ label: theirs })
    await wait_until(
      page,
      `/^1 to \\d+ of/.test(document.querySelector('#${list} .page-words').textContent) &&
        document.querySelectorAll('#${list} tbody tr').length > 0`,
      `${list} of ${theirs}`,
    )
  }
  await page.locator('#connections').getByRole('button', { name: 'Bytes out' }).click()
  await wait_until(page, `document.querySelector('#connections [aria-sort="descending"]') !== null`, 'in order')
}
