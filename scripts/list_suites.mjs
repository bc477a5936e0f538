// node scripts/list_suites.mjs: writes test/suites.json anew from the files under test. A suite that is listed keeps its entry; a
// new one is marked as needing processes if it speaks of child processes. What an entry may say stands in test/main.ts.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './runtimes.mjs'
import { list_files } from './source_text.mjs'

const path = join(root, 'test/suites.json')
const known = new Map(JSON.parse(readFileSync(path, 'utf8')).map((suite) => [suite.file, suite]))
const suites = list_files(['test'], /_test\.ts$/).map((name) => {
  const file = name.slice('test/'.length)
  if (known.has(file)) return known.get(file)
  const processes = /child_process|cluster_process|server_process|start_program/.test(
    readFileSync(join(root, name), 'utf8'),
  )
  return { file, processes }
})
const value_text = (value) => JSON.stringify(value).replaceAll(',', ', ')
const lines = suites.map((suite) =>
  `  { ${Object.entries(suite).map(([key, value]) => `"${key}": ${value_text(value)}`).join(', ')} }`
)
writeFileSync(path, `[\n${lines.join(',\n')}\n]\n`)
console.log(
  `test/suites.json lists ${suites.length} suites, ${suites.filter((suite) => suite.processes).length} with processes`,
)
