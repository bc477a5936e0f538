// The suites of suites.json: scripts/test.mjs runs them all, one process each; scripts/check_house.mjs compares the list with the
// folder. `deno run -A test/main.ts [--no-processes]` runs them in one process.
import { fileURLToPath } from 'node:url'
import { run } from 'uvu/run'
import list from './suites.json' with { type: 'json' }

export interface Suite {
  /** Below this folder. */
  file: string
  /** True if it starts server processes: such suites run under Node only. */
  processes: boolean
  /**
   * The steps of .ci/run that it is part of; `test`, which is `npm test`, where nothing is said. `processes`: it has many
   * processes, and servers of others. `full`: it measures, or has other sizes there, see sizes.ts.
   */
  steps?: ('test' | 'processes' | 'full')[]
  /** True if it measures delays, rates or memory: nothing runs beside it. */
  alone?: boolean
}

export const suites = list as readonly Suite[]

// Only Deno and the newest Node say which module was started; older Nodes only ever import this one.
if ((import.meta as { main?: boolean }).main) {
  const chosen = suites.filter((one) => !one.processes || !process.argv.includes('--no-processes'))
  const path_of = (file: string) => fileURLToPath(new URL(file, import.meta.url))
  // uvu puts file:/// in front of the path, so that the slash of the root is one too many.
  await run(chosen.map(({ file }) => ({ name: file, file: path_of(file).replace(/^\//, '') })))
  // A failed test may have left a thread; one process for all can not wait for it.
  process.exit(process.exitCode ?? 0)
}
