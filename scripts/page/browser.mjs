// A browser for the tests of the page: what it complains of is kept, and so are pictures of what it shows.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { root } from '../runtimes.mjs'
import { sleep } from '../server_process.mjs'

/** Where the pictures of a run are. */
export const pictures = join(root, '.cache/page')

/** The browser to start; undefined: there is none. CHROMIUM names another one. */
export function browser_binary() {
  const names = [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'].filter((name) => name)
  for (const name of names) {
    const { status, stdout } = spawnSync('/bin/sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8' })
    if (status === 0) return stdout.trim()
  }
}

export async function start_browser(binary) {
  mkdirSync(pictures, { recursive: true })
  // In a container there is neither a sandbox nor much shared memory.
  return await chromium.launch({ executablePath: binary, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
}

/**
 * A page in a browser of its own. Gives { page, complaints, close }: complaints are errors of the console, of scripts and of the
 * policy, and requests to anybody but `origin`. `options` as Playwright has them; fake: the answer instead of the server's.
 */
export async function open_page(browser, url, { fake, before, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const complaints = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      complaints.push(`console: ${message.text()} (${message.location().url})`)
    }
  })
  page.on('pageerror', (error) => complaints.push(`script: ${error.message}`))
  const { origin } = new URL(url)
  page.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url())
    if (asked !== origin && !['data:', 'ws:', 'wss:'].includes(protocol)) complaints.push(`request: ${request.url()}`)
  })
  if (fake !== undefined) await page.route('**/dashboard/mesh', (route) => route.fulfill({ json: fake() }))
  if (before !== undefined) await page.addInitScript(before)
  await page.goto(url)
  return { page, complaints, close: () => context.close() }
}

/** Keeps what the page shows as .cache/page/NAME.png. */
export async function take_picture(page, name, options = {}) {
  await page.screenshot({ path: join(pictures, `${name}.png`), ...options })
}

/** Resolves when the page, asked in its own words, says true; fails with `what` after `ms`. Asked from outside again and again,
 * since the policy of the page forbids to evaluate anything inside. */
export async function wait_until(page, expression, what, ms = 15_000) {
  const end = performance.now() + ms
  while (await page.evaluate(expression) !== true) {
    if (performance.now() > end) throw new Error(`within ${ms} ms not: ${what}`)
    await sleep(100)
  }
}

/** The text of every element that matches. */
export const texts = (page, selector) => page.locator(selector).allTextContents()
