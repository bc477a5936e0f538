// npm run page [-- WORDS]: the page of the mesh in a real browser, served by real servers, and with made-up meshes for what real ones
// seldom show. Pictures of what was seen are in .cache/page. Words choose groups of checks.
import { build_dist } from '../build.mjs'
import { command_line } from './arguments.mjs'
import { browser_binary, pictures, start_browser } from './page/browser.mjs'
import { fake_checks } from './page/fake_checks.mjs'
import { login_checks } from './page/login_checks.mjs'
import { mesh_checks } from './page/mesh_checks.mjs'
import { mixed_checks } from './page/mixed_checks.mjs'
import { use_checks } from './page/use_checks.mjs'

const CHECK_SECONDS = 90

const { rest: words } = command_line({})
const groups = [mesh_checks, use_checks, login_checks, fake_checks, mixed_checks]

/** A group is { name, start(browser) -> { checks: [name, run][], stop } }, whose checks follow each other on the same servers. */
async function run_group(group, browser, counts) {
  const { checks, stop, not_run } = await group.start(browser)
  if (not_run) console.log(`not run: ${group.name}: ${not_run}`)
  try {
    for (const [name, run] of checks) {
      const began = performance.now()
      const fault = await fault_of(run)
      const seconds = ((performance.now() - began) / 1000).toFixed(1)
      console.log(`${fault === null ? 'ok  ' : 'FAIL'} ${group.name}: ${name} (${seconds} s)`)
      if (fault === null) counts.passed++
      else {
        counts.failed++
        console.log(`     ${fault.stack ?? fault}`)
      }
    }
  } finally {
    await stop()
  }
}

/** Null: it passed. */
async function fault_of(run) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end within ${CHECK_SECONDS} s`)), CHECK_SECONDS * 1000)
  })
  try {
    await Promise.race([run(), late])
    return null
  } catch (error) {
    return error
  } finally {
    clearTimeout(timer)
  }
}

const binary = browser_binary()
if (binary === undefined) {
  console.log('not run: the page in a browser: there is no chromium in PATH, and CHROMIUM names none')
  process.exit(0)
}
await build_dist({ if_stale: true })
const browser = await start_browser(binary)
const counts = { passed: 0, failed: 0 }
try {
  for (const group of groups) {
    if (words.length === 0 || words.some((word) => group.name.includes(word))) await run_group(group, browser, counts)
  }
} finally {
  await browser.close()
}
console.log(`pictures: ${pictures}\n${counts.passed} passed, ${counts.failed} failed`)
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0
