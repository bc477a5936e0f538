// The layers of src as a program: an import goes to the same folder or further left in this list, and never in a circle.
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { line_at, read_sources } from './source_text.mjs'

/** From the bottom to the top. Names on one line stand side by side and may not import each other. */
const layers = [
  ['src/base'],
  // What runs in a browser: it may know what knows nothing of the product, and nobody may know it.
  ['src/page'],
  ['src/wire'],
  ['src/shared'],
  ['src/actor'],
  ['src/auth'],
  ['src/broker'],
  ['src/net'],
  ['src/config'],
  ['src/connection'],
  ['src/thread'],
  ['src/cluster'],
  ['src/monitor'],
  ['src/claims'],
  ['src/review'],
  ['src/server_start.ts'],
  ['src/reloader.ts', 'src/supervisor_mail.ts'],
  ['src/server.ts'],
  ['src/embedding'],
  ['src/bench', 'src/testing', 'src/local_mesh', 'src/doctor', 'src/certificates'],
  ['src/mod.ts', 'src/test.ts', 'src/connect.ts'],
  ['src/cli'],
  ['main.ts', 'workers'],
]
const packages = new Set(['piscina', 'comlink', 'msgpackr', 'bcryptjs'])
/** Brought by whoever imports that file. */
const peers = { 'src/connect.ts': '@nats-io/nats-core' }
/** Bundled into the page; nothing of them is installed with the server. */
const page_packages = new Set(['uplot', '@nats-io/nats-core'])
/** These know bytes and rules, never a socket. */
const no_sockets = ['src/base', 'src/wire', 'src/shared', 'src/actor', 'src/auth', 'src/broker']
const socket_modules = new Set(['node:net', 'node:tls', 'node:http', 'node:https', 'node:dgram'])

/** Returns the faults found, one line each. */
export function check_layers(sources = read_sources(['main.ts', 'src', 'workers'])) {
  const faults = []
  const known = new Set(sources.map((source) => source.path))
  const graph = new Map()
  for (const source of sources) {
    if (layer_of(source.path) === undefined) {
      faults.push(`${source.path}: is in no layer; the list is in scripts/check_layers.mjs`)
    }
    const targets = []
    for (const found of imports_of(source)) {
      const place = `${source.path}:${found.line}`
      if (found.name === undefined) faults.push(`${place}: import() of something that is not a plain string`)
      else if (found.name.startsWith('.')) {
        const target = join(dirname(source.path), found.name).replaceAll('\\', '/')
        if (known.has(target)) targets.push(target)
        faults.push(...relative_faults(source.path, target, known, place))
      } else faults.push(...package_faults(source.path, found.name, place))
    }
    graph.set(source.path, [...new Set(targets)])
    faults.push(...single_owners(source))
  }
  return [...faults, ...circles(graph)]
}

/** Every import, export-from and import() of a source, types too, as { name, line }; name is undefined if it is no literal. */
export function imports_of({ code, masked }) {
  const found = []
  const from = /\b(import|export)\b(?!\s*[.(])[^'"`()=]*?\bfrom\s*(['"])([^'"]+)\2/g
  const bare = /\bimport\s*(['"])([^'"]+)\1/g
  const call = /\bimport\s*\(\s*(?:(['"`])([^'"`$]+)\1)?/g
  const collect = (pattern, group) => {
    for (const match of code.matchAll(pattern)) {
      // A string that looks like an import is blank in masked.
      if (masked[match.index] !== ' ') found.push({ name: match[group], line: line_at(code, match.index) })
    }
  }
  collect(from, 3)
  collect(bare, 2)
  collect(call, 2)
  return found
}

function layer_of(path) {
  const at = layers.findIndex((names) => names.some((name) => path === name || path.startsWith(`${name}/`)))
  if (at < 0) return undefined
  return { at, name: layers[at].find((name) => path === name || path.startsWith(`${name}/`)) }
}

function relative_faults(path, target, known, place) {
  if (!known.has(target)) return [`${place}: imports ${target}, which does not exist`]
  const from = layer_of(path)
  const to = layer_of(target)
  if (to?.name === 'src/page' && from?.name !== 'src/page') {
    return [`${place}: imports ${target}, which is for browsers`]
  }
  if (!from || !to || from.name === to.name || to.at < from.at) return []
  return [`${place}: ${from.name} may not import ${target} (${to.at === from.at ? 'beside it' : 'above it'})`]
}

function package_faults(path, name, place) {
  if (path.startsWith('src/page/')) {
    return page_packages.has(name) ? [] : [`${place}: imports ${name}, which is not bundled into the page`]
  }
  if (socket_modules.has(name)) {
    const layer = no_sockets.find((folder) => path.startsWith(`${folder}/`))
    return layer ? [`${place}: ${layer} knows no socket, but imports ${name}`] : []
  }
  if (name.startsWith('node:') || packages.has(name.split('/')[0])) return []
  if (peers[path] !== undefined && name.startsWith(peers[path])) return []
  return [`${place}: imports ${name}, which is not a run-time dependency; node's own modules need "node:"`]
}

function single_owners({ path, code, masked }) {
  const faults = []
  const only = (text, pattern, owner, what) => {
    const at = text.search(pattern)
    if (at >= 0 && path !== owner) faults.push(`${path}:${line_at(text, at)}: only ${owner} ${what}`)
  }
  only(masked, /\bimport\.meta\.(url|dirname|filename)\b/, 'src/thread/worker_url.ts', 'asks where its file is')
  only(code, /\b_handle\b/, 'src/net/socket.ts', 'knows of _handle')
  return faults
}

/** Finds import circles by depth-first search; each is told once, by its shortest spelling from the file found first. */
function circles(graph) {
  const faults = []
  const state = new Map()
  const path = []
  const visit = (file) => {
    state.set(file, 'open')
    path.push(file)
    for (const target of graph.get(file) ?? []) {
      if (state.get(target) === 'open') {
        faults.push(`import circle: ${[...path.slice(path.indexOf(target)), target].join(' -> ')}`)
      } else if (!state.has(target)) visit(target)
    }
    path.pop()
    state.set(file, 'done')
  }
  for (const file of graph.keys()) if (!state.has(file)) visit(file)
  return faults
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const faults = check_layers()
  for (const fault of faults) console.log(fault)
  process.exitCode = faults.length ? 1 : 0
}
