// The house rules as a program (style.md rules 1, 2, 21, 22, 24, 25, 26). Each rule is a function from sources to faults.
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { imports_of } from './check_layers.mjs'
import * as exceptions from './house_exceptions.mjs'
import { root } from './runtimes.mjs'
import { line_at, list_files, read_sources } from './source_text.mjs'

const lines_warned = 300
const lines_max = 400
const function_lines_max = 70
const entries = new Set(['main.ts', 'src/mod.ts', 'src/test.ts', 'src/connect.ts'])

/** Returns { faults, warnings }, one line each. */
export function check_house() {
  const product = read_sources(['main.ts', 'src', 'workers'])
  const tests = read_sources(['test'])
  const all = [...product, ...tests, ...read_sources(['build.mjs', 'scripts'])]
  const { faults, warnings } = file_lengths(all)
  faults.push(
    ...function_lengths(all),
    ...all.flatMap(file_name),
    ...product.flatMap(banned_words),
    ...product.flatMap(origin_reads),
    ...all.flatMap(left_overs),
    ...tests.flatMap(lonely_tests),
    ...missing_tests(product, tests),
    ...test_list(),
    ...not_imported([...product, ...tests]),
  )
  const map = code_map(product)
  return { faults: [...faults, ...map.faults], warnings: [...warnings, ...map.warnings] }
}

function file_lengths(sources) {
  const faults = []
  const warnings = []
  const used = new Set()
  for (const { path, text } of sources) {
    const lines = text.split('\n').length - 1
    const listed = exceptions.long_files[path]
    if (lines > lines_warned) used.add(path)
    if (lines > lines_max) faults.push(`${path}: ${lines} lines, more than ${lines_max}; split it by noun`)
    else if (listed !== undefined && lines > listed) {
      faults.push(`${path}: ${lines} lines, listed with at most ${listed}`)
    } else if (lines > lines_warned && listed === undefined) {
      warnings.push(`${path}: ${lines} lines; is it still one noun?`)
    }
  }
  return { faults: [...faults, ...unused('long_files', used)], warnings }
}

function function_lengths(sources) {
  const faults = []
  const used = new Set()
  for (const source of sources) {
    for (const { name, line, lines } of functions_of(source.masked)) {
      if (lines <= function_lines_max) continue
      const key = `${source.path} ${name}`
      used.add(key)
      const most = exceptions.long_functions[key] ?? function_lines_max
      if (lines > most) faults.push(`${source.path}:${line}: ${name} has ${lines} lines, more than ${most}`)
    }
  }
  return [...faults, ...unused('long_functions', used)]
}

const header = [
  /^\s*(?:export )?(?:default )?(?:async )?function\s*\*?\s*(\w+)/,
  /^\s*(?:export )?(?:const|let) (\w+)(?:: [^=]+)? = (?:async )?(?:\(|<|\w+ =>|function)/,
  /^\s*(?:(?:static|async|override|private|protected|public|get|set|\*) ?)*(#?\w+)(?:<[^(]*>)?\(/,
  /^\s*(#?\w+): (?:async )?(?:\(|\w+ =>|function)/,
]
const no_function = new Set(['if', 'for', 'while', 'switch', 'catch', 'with', 'return', 'await', 'throw', 'super'])

/** Functions of formatted, masked code, as { name, line, lines }. A function begins at its header and ends on the line that
 * closes the last bracket opened since. Callbacks count under the name of the call that takes them. */
export function functions_of(masked) {
  const lines = masked.split('\n')
  const found = []
  for (let i = 0; i < lines.length; i++) {
    const match = header.map((pattern) => pattern.exec(lines[i])).find((found) => found && !no_function.has(found[1]))
    if (!match) continue
    const end = closing_line(lines, i)
    const body = lines.slice(i, end + 1).join('\n')
    // A call or a table without a body is not a function.
    if (/=>|\)[^{}()]*\{|\bfunction\b/.test(body)) found.push({ name: match[1], line: i + 1, lines: end - i + 1 })
  }
  return found
}

function closing_line(lines, from) {
  let depth = 0
  for (let i = from; i < lines.length; i++) {
    for (const letter of lines[i]) {
      if (letter === '(' || letter === '[' || letter === '{') depth++
      else if (letter === ')' || letter === ']' || letter === '}') depth--
    }
    if (depth <= 0) return i
  }
  return lines.length - 1
}

function file_name({ path }) {
  const faults = []
  for (const part of path.split('/')) {
    const name = part.replace(/\.(ts|mjs)$/, '')
    if (!/^[a-z0-9]+(_[a-z0-9]+)*$/.test(name)) faults.push(`${path}: ${part} is not snake_case`)
    if (/^(utils?|helpers?|misc|common)$|_(utils?|helpers?)$/.test(name)) {
      faults.push(`${path}: ${part} is not a noun of ours`)
    }
  }
  return faults
}

/** What the product may not say, where it may after all, and what to use instead. */
const banned = [
  { pattern: /\bconsole\s*\./g, instead: 'a Log' },
  { pattern: /\bDate\.now\b|\bnew Date\(\)/g, instead: 'a Clock', allowed: /^src\/base\/clock\.ts$/ },
  { pattern: /\bperformance\.now\b/g, instead: 'a Clock', allowed: /^src\/base\/clock\.ts$/ },
  { pattern: /\bset(Timeout|Interval)\b/g, instead: 'a Clock', allowed: /^src\/base\/clock\.ts$/ },
  { pattern: /\bsetImmediate\b/g, instead: 'the loop of the thread', allowed: /^src\/(base\/clock\.ts$|thread\/)/ },
  { pattern: /\bMath\.random\b/g, instead: 'a Random', allowed: /^src\/base\/prng\.ts$/ },
  { pattern: /\benum \w/g, instead: 'a frozen object and a union type' },
  { pattern: /^\s*(export )?(declare )?namespace \w/gm, instead: 'a file' },
  { pattern: /^\s*new \w*Error\(/gm, instead: 'throw (the error is made and dropped)' },
]

function banned_words({ path, masked }) {
  return banned.flatMap(({ pattern, instead, allowed }) =>
    allowed?.test(path) ? [] : [...masked.matchAll(pattern)].map((match) => {
      const at = match.index + match[0].length - match[0].trimStart().length
      return `${path}:${line_at(masked, at)}: ${match[0].trim()} is not for here; use ${instead}`
    })
  )
}

const may_read_origin = new Set(['src/broker/one_hop.ts', 'src/actor/envelope.ts'])

/** The one-hop rule is decided in one place, so only that place asks where an envelope came from. */
function origin_reads({ path, masked }) {
  if (may_read_origin.has(path)) return []
  const reads = /\.origin\b(?!\s*=[^=])|\b(?:const|let)\s*\{[^}]*\borigin\b[^}]*\}\s*=/g
  return [...masked.matchAll(reads)].map((match) =>
    `${path}:${line_at(masked, match.index)}: reads origin; only ${[...may_read_origin].join(' and ')} may`
  )
}

function left_overs({ path, text }) {
  if (path === 'scripts/check_house.mjs') return []
  return [...text.matchAll(/\b(TODO|FIXME|XXX)\b/g)].map((match) =>
    `${path}:${line_at(text, match.index)}: left over: ${match[0]}`
  )
}

function lonely_tests({ path, masked }) {
  const faults = [...masked.matchAll(/\.(only|skip)\(/g)].map((match) =>
    `${path}:${line_at(masked, match.index)}: ${match[0]} leaves tests out`
  )
  if (path.endsWith('_test.ts') && !/^test\.run\(\)\s*$/m.test(masked)) faults.push(`${path}: never calls test.run()`)
  return faults
}

function missing_tests(product, tests) {
  const there = new Set(tests.map((source) => source.path))
  const faults = []
  const used = new Set()
  for (const source of product.filter((one) => one.path.startsWith('src/'))) {
    const test = source.path.replace(/^src\//, 'test/').replace(/\.ts$/, '_test.ts')
    if (there.has(test) || is_types_only(source.masked)) continue
    used.add(source.path)
    if (!exceptions.no_test[source.path]) {
      faults.push(`${source.path}: has no ${test} and no reason in scripts/house_exceptions.mjs`)
    }
  }
  return [...faults, ...unused('no_test', used)]
}

/** True if nothing of the file is left at run time. */
function is_types_only(masked) {
  return !/^(export )?(default )?(abstract )?(async )?(const|let|var|function|class)\b/m.test(masked)
}

/** test/suites.json is the list of suites: it and the folder have to say the same. */
function test_list() {
  const listed = JSON.parse(readFileSync(join(root, 'test/suites.json'), 'utf8')).map(({ file }) => `test/${file}`)
  const there = list_files(['test'], /_test\.ts$/)
  return [
    ...there.filter((path) => !listed.includes(path)).map((path) => `${path}: is not in test/suites.json`),
    ...listed.filter((path) => !there.includes(path)).map((path) =>
      `test/suites.json: lists ${path}, which does not exist`
    ),
    ...listed.filter((path, i) => listed.indexOf(path) !== i).map((path) => `test/suites.json: lists ${path} twice`),
  ]
}

function not_imported(sources) {
  const imported = new Set()
  for (const source of sources) {
    // A test does not count as a user of the product; a worker started by name counts as a user of its file.
    for (const { name } of imports_of(source)) {
      const target = name?.startsWith('.') ? join(dirname(source.path), name).replaceAll('\\', '/') : undefined
      if (target && (!source.path.startsWith('test/') || target.startsWith('test/'))) imported.add(target)
    }
    for (const match of source.code.matchAll(/'\.\/(\w+\.ts)'/g)) imported.add(join(dirname(source.path), match[1]))
  }
  const used = new Set()
  const faults = []
  for (const { path } of sources) {
    if (imported.has(path) || entries.has(path) || /^workers\/|^test\/main\.ts$|_test\.ts$/.test(path)) continue
    used.add(path)
    if (!exceptions.not_imported[path]) {
      faults.push(`${path}: nobody imports it${path.startsWith('test/') ? '' : ' (tests do not count)'}`)
    }
  }
  return [...faults, ...unused('not_imported', used)]
}

/** ARCHITECTURE.md names every file under src as folder/file.ts, and no file that is not there. */
function code_map(product) {
  const file = join(root, 'ARCHITECTURE.md')
  if (!existsSync(file)) return { faults: [], warnings: ['there is no ARCHITECTURE.md: the code map is not checked'] }
  const text = readFileSync(file, 'utf8')
  const named = new Set([...text.matchAll(/(?<![\w/.])(?:src\/)?((?:\w+\/)*\w+\.ts)\b/g)].map((match) => match[1]))
  const inside = product.filter(({ path }) => path.startsWith('src/')).map(({ path }) => path.slice('src/'.length))
  const faults = inside.filter((path) => !named.has(path)).map((path) => `ARCHITECTURE.md: does not name ${path}`)
  for (const name of named) {
    const there = inside.includes(name) || existsSync(join(root, name))
    if (!there && name.includes('/')) faults.push(`ARCHITECTURE.md: names ${name}, which does not exist`)
  }
  return { faults, warnings: [] }
}

function unused(list, used) {
  return Object.keys(exceptions[list]).filter((key) => !used.has(key)).map((key) =>
    `scripts/house_exceptions.mjs: ${list} lists ${basename(key)} (${key}) without need`
  )
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { faults, warnings } = check_house()
  for (const warning of warnings) console.log(`warning: ${warning}`)
  for (const fault of faults) console.log(fault)
  process.exitCode = faults.length ? 1 : 0
}
