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

/** Names that are exported, and public members of exported classes, without a comment of their own: one line each. */
export function undocumented() {
  const texts = new Map(declarations().map((name) => [name, read(name)]))
  const exported = new Set([...texts.values()].flatMap(exported_names))
  return [...texts].flatMap(([file, text]) =>
    declared(text).flatMap(({ name, kind, documented, body }) => {
      if (!exported.has(name)) return []
      const members = kind === 'class' ? undocumented_members(body).map((member) => `${name}.${member}`) : []
      return (documented ? members : [name, ...members]).map((each) => `${file}: ${each} has no comment`)
    })
  )
}

/** What stands in the export lists, by the name of the declaration. */
function exported_names(text) {
  const lists = [...text.matchAll(/^export (?:type )?\{([^}]*)\};$/gm)]
  return lists.flatMap(([, list]) => list.split(',').map((each) => each.trim().split(' as ')[0]).filter(Boolean))
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
