// node scripts/page_picture.mjs: takes docs/page.png anew, from three servers with some clients and traffic.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { build_dist } from '../build.mjs'
import { browser_binary, open_page, start_browser, wait_until } from './page/browser.mjs'
import { MeshRig } from './page/mesh_rig.mjs'
import { start_traffic } from './page/traffic.mjs'
import { root } from './runtimes.mjs'
import { sleep } from './server_process.mjs'

const NAMES = ['oslo', 'paris', 'porto']
/** A minute is what the charts show. */
const SECONDS = 64
const BYTES_MAX = 200_000

await build_dist({ if_stale: true })
const binary = browser_binary()
if (binary === undefined) throw new Error('There is no chromium in PATH, and CHROMIUM names none')
const rig = new MeshRig()
const browser = await start_browser(binary)
let traffic
try {
  for (const name of NAMES) await rig.start(name, { more: 'websocket { host: 127.0.0.1, port: -1, no_tls: true }' })
  await sleep(1_500)
  traffic = await start_traffic(NAMES.map((name) => rig.ports(name).client), { per_second: 160, subscribers: 5 })
  const { page } = await open_page(browser, `http://127.0.0.1:${rig.ports('oslo').http}/dashboard`, {
    viewport: { width: 1280, height: 1176 },
    colorScheme: 'light',
  })
  await wait_until(page, `document.querySelectorAll('.member[data-state="here"]').length === 3`, 'three members')
  await sleep(SECONDS * 1000)
  const path = join(root, 'docs/page.png')
  await page.screenshot({ path })
  const { size } = statSync(path)
  console.log(`docs/page.png: ${size} bytes`)
  if (size > BYTES_MAX) throw new Error(`more than ${BYTES_MAX}`)
} finally {
  await browser.close()
  await traffic?.close()
  await rig.stop()
}
