// npm run docs [-- WORDS] [--verbose] [--here]: runs every code block of the documents, a page after the other, each with servers and files
// of its own, and follows their links. Words choose pages; a word that is the path of a file adds that page, such as a draft. Where the
// system allows it, the pages have a network of their own, so that their ports are free; --here takes the one of the machine.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build_dist } from '../build.mjs'
import { command_line } from './arguments.mjs'
import { start_process } from './child_process.mjs'
import { dead_links } from './docs/page_links.mjs'
import { run_page } from './docs/page_run.mjs'
import { root } from './runtimes.mjs'
import { list_files } from './source_text.mjs'

const options = command_line({ verbose: false, here: false })
const places = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'docs']
/** Commands in front of another, which give it a network of its own: for root, and for who may only have one in a user namespace. */
const own_networks = [['--net'], ['--net', '--map-root-user']].map((flags) => [
  ...['unshare', ...flags, 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'],
])

function own_network() {
  if (process.platform !== 'linux') return undefined
  return own_networks.find(([program, ...args]) => spawnSync(program, [...args, 'true']).status === 0)
}

async function run_again(network) {
  const again = [process.execPath, fileURLToPath(import.meta.url), '--here', ...process.argv.slice(2)]
  const child = start_process([...network, ...again], { stdio: 'inherit' })
  return await new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
}

async function run_all() {
  const drafts = options.rest.filter((word) => word.endsWith('.md') && existsSync(word))
  const listed = list_files(places, /\.md$/)
  const pages = [...new Set([...listed.filter(wanted), ...drafts.map((path) => relative(root, resolve(path)))])]
  const totals = { passed: 0, failed: 0, not_run: 0 }
  if (pages.length === 0) console.log(`no page is called ${options.rest.join(' or ')}`)
  for (const page of pages) await one_page(page, totals)
  console.log(`\n${totals.not_run} not run, each with its reason in the page`)
  console.log(`${totals.passed} passed, ${totals.failed} failed`)
  return totals.failed || pages.length === 0 ? 1 : 0
}

const wanted = (page) => options.rest.length === 0 || options.rest.some((word) => page.includes(word))

/** The text of a file of the repository, empty for a folder; null if it is not there. */
function text_of(path) {
  const stat = statSync(join(root, path), { throwIfNoEntry: false })
  if (stat === undefined) return null
  return stat.isDirectory() ? '' : readFileSync(join(root, path), 'utf8')
}

async function one_page(page, totals) {
  const began = performance.now()
  const results = []
  await run_page(page, {
    on_result(result) {
      results.push(result)
      const place = `${page}:${result.line} ${result.language}`
      if (result.fault) console.log(`FAIL ${place}\n     ${result.fault.replaceAll('\n', '\n     ')}`)
      else if (options.verbose) {
        console.log(result.not_run ? `     ${place} is not run: ${result.not_run}` : `ok   ${place}`)
      }
    },
  })
  for (const fault of dead_links(page, { read: text_of, join })) {
    console.log(`FAIL ${fault}`)
    results.push({ fault })
  }
  const not_run = results.filter((result) => result.not_run).length
  const failed = results.filter((result) => result.fault).length
  const passed = results.length - not_run - failed
  totals.passed += passed
  totals.failed += failed
  totals.not_run += not_run
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const counts = `${passed} passed${failed ? `, ${failed} failed` : ''}${not_run ? `, ${not_run} not run` : ''}`
  console.log(`${failed ? 'FAIL' : 'ok  '} ${page.padEnd(32)} ${counts} (${seconds} s)`)
}

const network = options.here ? undefined : own_network()
if (network) process.exitCode = await run_again(network)
else {
  await build_dist({ if_stale: true })
  process.exitCode = await run_all()
}
