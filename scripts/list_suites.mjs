// node scripts/list_suites.mjs: writes test/suites.json anew from the files under test. A suite that is listed keeps its entry; a
// new one is marked as needing processes if it speaks of child processes.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './runtimes.mjs'
import { list_files } from './source_text.mjs'

const path = join(root, 'test/suites.json')
const known = new Map(JSON.parse(readFileSync(path, 'utf8')).map(({ file, processes }) => [file, processes]))
const suites = list_files(['test'], /_test\.ts$/).map((name) => {
  const file = name.slice('test/'.length)
  const starts = /child_process|cluster_process|server_process|start_program/.test(
    readFileSync(join(root, name), 'utf8'),
  )
  return { file, processes: known.get(file) ?? starts }
})
const lines = suites.map(({ file, processes }) => `  { "file": "${file}", "processes": ${processes} }`)
writeFileSync(path, `[\n${lines.join(',\n')}\n]\n`)
console.log(
  `test/suites.json lists ${suites.length} suites, ${suites.filter((suite) => suite.processes).length} with processes`,
)
