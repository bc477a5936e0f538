// npm run api: writes docs/api_report.txt, what users of the package can import and of which types it is, so that a change of that
// is seen as a change of a file. npm run check fails if it is not what this script makes.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build_package } from '../build.mjs'
import { declarations } from './package_types.mjs'
import { root } from './runtimes.mjs'

export const report_file = 'docs/api_report.txt'

const read = (name) => readFileSync(join(root, 'dist', name), 'utf8')
const without_comments = (text) =>
  text.replace(/^[ \t]*\/\*\*[^]*?\*\/[ \t]*\n/gm, '').replace(/ *\/\*\*[^]*?\*\//g, '').replace(/\n{3,}/g, '\n\n')

/** The report; the declarations have to be there. */
export function api_report() {
  const head = 'The declarations of the package, without their comments. Made by "npm run api".\n'
  const parts = declarations().map((name) =>
    `=== ${name.replace('.d.ts', '')}\n\n${without_comments(read(name)).trim()}\n`
  )
  return [head, ...parts].join('\n')
}

/** Names that users can import, and public members of classes among them, without a comment of their own: one line each. */
export function undocumented() {
  const texts = new Map(declarations().map((name) => [name, read(name)]))
  const seen = new Set()
  return [...texts].filter(([file]) => !file.startsWith('shared')).flatMap(([file, text]) =>
    named(text, /^export (?:type )?\{([^}]*)\}/gm).flatMap(({ inner, outer }) => {
      const found = declaration(texts, file, inner)
      if (found === undefined || seen.has(found.place)) return []
      seen.add(found.place)
      const members = found.kind === 'class' ? undocumented_members(found.body).map((each) => `${outer}.${each}`) : []
      return (found.documented ? members : [outer, ...members]).map((each) => `${file}: ${each} has no comment`)
    })
  )
}

/** `{ A, B as C }` of the lists that fit, as { inner, outer, from }. */
function named(text, pattern) {
  return [...text.matchAll(pattern)].flatMap(([, list, from]) =>
    list.split(',').map((each) => each.trim().replace(/^type /, '')).filter(Boolean).map((each) => {
      const [inner, outer = inner] = each.split(' as ')
      return { inner, outer, from }
    })
  )
}

/** Where a name of a file is declared: there, or in the file it is imported from. Undefined: in another package. */
function declaration(texts, file, name) {
  const text = texts.get(file)
  const here = declared(text).find((each) => each.name === name)
  if (here !== undefined) return { ...here, place: `${file} ${name}` }
  const imported = named(text, /^(?:import|export) (?:type )?\{([^}]*)\} from '\.\/(\w+)\.js'/gm)
  const way = imported.find(({ outer }) => outer === name)
  if (way === undefined) return undefined
  const there = `${way.from}.d.ts`
  const exported = named(texts.get(there), /^export (?:type )?\{([^}]*)\}/gm).find(({ outer }) => outer === way.inner)
  return exported && declaration(texts, there, exported.inner)
}

/** Declarations of a file, as the bundler lays them out: what belongs to one is indented, or one line. */
function declared(text) {
  const lines = text.split('\n')
  const starts = lines.flatMap((line, at) => {
    const match = /^(?:declare )?(?:abstract )?(class|interface|type|function|const|namespace) (\w+)/.exec(line)
    return match === null ? [] : [{ at, kind: match[1], name: match[2] }]
  })
  return starts.map(({ at, kind, name }) => {
    const end = lines.findIndex((line, i) => i >= at && /^[^\s].*[;}]$|^\}/.test(line))
    return { kind, name, documented: /\*\/\s*$/.test(lines[at - 1] ?? ''), body: lines.slice(at + 1, end) }
  })
}

function undocumented_members(lines) {
  return lines.flatMap((line, i) => {
    const match = /^ {4}(?!private |#)(?:(?:static|readonly|get|set|async|abstract) )*(\[?[\w.]+\]?)[(<?:]/.exec(line)
    if (match === null || match[1] === 'constructor' || match[1] === 'name') return []
    return /\*\/\s*$/.test(lines[i - 1] ?? '') ? [] : [match[1]]
  })
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await build_package()
  writeFileSync(join(root, report_file), api_report())
}
