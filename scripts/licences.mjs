// node scripts/licences.mjs: writes docs/licences.md, whose code a user of the package gets, and under which licence. npm run check
// fails if it is not what this script makes, or if a licence is a new one.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './runtimes.mjs'

export const licences_file = 'docs/licences.md'
/** Those that ask for no more than to be named. */
const accepted = new Set(['Apache-2.0', 'MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause'])
/** Development dependencies whose code is in dist/. */
const in_program = ['bcryptjs', 'comlink', 'msgpackr']
const in_page = ['uplot', '@nats-io/nats-core', '@nats-io/nuid']

const read_lock = () => JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages

/** { name, version, licence, how } of each, dependencies first. Packages of one platform stand as one. */
function used_packages(packages) {
  const name_of = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
  const rows = new Map()
  const add = (path, how) => {
    const { version, license: licence = 'not said', os } = packages[path]
    const name = os === undefined
      ? name_of(path)
      : name_of(path).replace(/-(android|darwin|freebsd|linux|openharmony|win32)-.*/, '-*')
    rows.set(`${name} ${version} ${how}`, { name, version, licence, how })
  }
  for (const [path, { dev, devOptional, optional, peer }] of Object.entries(packages)) {
    if (path === '' || dev || devOptional || peer) continue
    add(path, optional ? 'installed if it can be' : 'installed')
  }
  for (const name of in_program) add(`node_modules/${name}`, 'part of the program')
  for (const name of in_page) add(`node_modules/${name}`, 'part of the page of the mesh')
  return [...rows.values()].sort((a, b) => (a.how + a.name < b.how + b.name ? -1 : 1))
}

/** The document. */
export function licences_text() {
  const rows = used_packages(read_lock()).map((row) => `| ${row.name} | ${row.version} | ${row.licence} | ${row.how} |`)
  return `# Licences

onehop is under Apache-2.0. With it come the packages of others below; \`node scripts/licences.mjs\` makes the list from package-lock.json.

| package | version | licence | how it comes |
|---|---|---|---|
${rows.join('\n')}
`
}

/** Packages with a licence that nobody has looked at. */
export const licence_faults = () =>
  used_packages(read_lock()).filter(({ licence }) => !accepted.has(licence)).map(({ name, licence }) =>
    `${name} is under ${licence}: see what that asks for, then add it to scripts/licences.mjs`
  )

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(join(root, licences_file), licences_text())
}
