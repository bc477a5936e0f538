// The tables of options in src, and what scripts/operations_fields.txt says of those that stand in no table.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root } from './runtimes.mjs'

const sources = [
  'options',
  'cluster_options',
  'websocket_options',
  'flags',
  'reload',
  'parser',
  'values',
  'auth_options',
]

/** What the sources export, in one object. Node can not read TypeScript everywhere, so they are bundled first. */
export async function load_tables() {
  const lines = sources.map((name) => `export * from './src/config/${name}.ts'`)
  lines.push("export { read_entries } from './src/config/config_file.ts'")
  lines.push("export { PROGRAM_ONLY } from './src/embedding/embedded_options.ts'")
  const { outputFiles } = await build({
    stdin: { contents: lines.join('\n'), resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  })
  return await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
}

/** The blocks of operations_fields.txt. */
export function read_blocks() {
  const [, ...parts] = readFileSync(join(root, 'scripts/operations_fields.txt'), 'utf8').split(/^= (?!TITLE)/m)
  return parts.map((part) => {
    const [title, ...lines] = part.trim().split('\n')
    const marked = (mark) => lines.find((line) => line.startsWith(`${mark} `))?.slice(2)
    const names = (mark) => marked(mark)?.split(' ') ?? []
    const rows = lines.filter((line) => !/^[?+!^~] /.test(line)).map((line) => line.split(/ *\| */))
    const unserved = { refused: names('!'), at_start: names('^'), without_effect: names('~') }
    return { title, text: marked('?'), more: marked('+'), ...unserved, rows }
  })
}
