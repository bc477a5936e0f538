// npm run bench -- [--workers 0,1,2] [--runtime node|deno] [--generator own|FILE] [...]: `onehop bench` from this repository, with
// its pictures in docs/bench. All other flags are those of `onehop bench` (node dist/main.js help bench). Under Deno the servers run
// from their sources. The load generator is natsload (scripts/load), built with gcc, or else the program's own.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { build_dist } from '../build.mjs'
import { natsload } from './load/generator.mjs'
import { deno_binary, node_binary, root, running_deno } from './runtimes.mjs'

/** The arguments that are given, without --name and its value; and that value. */
function without(argv, name) {
  const at = argv.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`))
  if (at < 0) return { rest: argv, value: undefined }
  const [, joined] = argv[at].split(/=(.*)/s)
  const count = joined === undefined ? 2 : 1
  return { rest: argv.toSpliced(at, count), value: joined ?? argv[at + 1] }
}

/** The flag of the generator: the one that is asked for, natsload where it can be built, or none, which is the program's own. */
function generator_flags(wanted) {
  if (wanted === 'own') return []
  if (wanted !== undefined) return ['--generator', wanted]
  try {
    return ['--generator', natsload()[0]]
  } catch (error) {
    console.error(`${error.message}\nThe program's own load generator is used instead.`)
    return []
  }
}

const program = running_deno
  ? [deno_binary(), 'run', '-A', join(root, 'main.ts')]
  : [node_binary(), join(root, 'dist/main.js')]
const runtime = without(process.argv.slice(2), 'runtime')
const generator = without(runtime.rest, 'generator')
const servers = runtime.value === 'deno' ? ['--server', `${deno_binary()} run -A ${join(root, 'main.ts')}`] : []
const out = generator.rest.some((word) => /^--out(=|$)/.test(word)) ? [] : ['--out', join(root, 'docs/bench')]
try {
  if (!running_deno) await build_dist({ if_stale: true })
} catch (error) {
  if (!error.errors) console.error(error.message)
  process.exit(1)
}
const flags = [...servers, ...out, ...generator_flags(generator.value), ...generator.rest]
const child = spawn(program[0], [...program.slice(1), 'bench', ...flags], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('error', (error) => {
  console.error(error.message)
  process.exit(1)
})
child.on('exit', (code) => process.exit(code ?? 1))
