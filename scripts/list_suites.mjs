// node scripts/list_suites.mjs: writes the list of test/main.ts anew from the files under test. A suite that is listed keeps its
// entry; a new one is marked as needing processes if it speaks of child processes.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './runtimes.mjs'
import { list_files } from './source_text.mjs'

const path = join(root, 'test/main.ts')
const text = readFileSync(path, 'utf8')
const known = new Map(
  [...text.matchAll(/\{ file: '([^']+)', processes: (true|false) \}/g)].map((match) => [match[1], match[2]]),
)
const entries = list_files(['test'], /_test\.ts$/).map((name) => {
  const file = name.slice('test/'.length)
  const starts = String(/child_process|server_process|start_program/.test(readFileSync(join(root, name), 'utf8')))
  return `  { file: '${file}', processes: ${known.get(file) ?? starts} },\n`
})
writeFileSync(
  path,
  text.replace(/(suites: Suite\[\] = \[\n)[^\]]*(\]\n)/, (_, head, tail) => head + entries.join('') + tail),
)
console.log(
  `test/main.ts lists ${entries.length} suites, ${
    entries.filter((entry) => entry.includes('true')).length
  } with processes`,
)
