// The type declarations of the package: one file per module of the package, beside it in dist/, with what users can see and nothing
// else. What modules share is declared once, so that a Server of one is a Server of the others.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { rollup } from 'rollup'
import { dts } from 'rollup-plugin-dts'
import { root } from './runtimes.mjs'

const folder = join(root, 'dist')
const is_declaration = (name) => name.endsWith('.d.ts')

/** Writes dist/*.d.ts. modules: name -> source. Throws when a source has a fault. */
export async function build_types(modules) {
  for (const name of declarations()) rmSync(join(folder, name))
  const input = Object.fromEntries(Object.entries(modules).map(([name, file]) => [name, join(root, file)]))
  const bundle = await rollup({
    input,
    plugins: [dts({ tsconfig: join(root, 'tsconfig.json') })],
    external: (id) => !id.startsWith('.') && !id.startsWith('/'),
    onLog(_, { message }) {
      const text = `type declarations: ${message}`
      // Types that two modules share and none exports can be used, but a program that writes declarations can not name them.
      if (!message.includes('with no public re-export')) throw new Error(text)
      console.error(text)
    },
  })
  await bundle.write({ dir: folder, format: 'es', entryFileNames: '[name].d.ts', chunkFileNames: 'shared.d.ts' })
  await bundle.close()
}

/** Whether they are there, and none is older than the time. */
export function has_types(modules, since_ms) {
  return Object.keys(modules).every((name) => {
    const file = join(folder, `${name}.d.ts`)
    return existsSync(file) && statSync(file).mtimeMs >= since_ms
  })
}

/** Names of the files, those of the modules first. */
export const declarations = () =>
  existsSync(folder)
    ? readdirSync(folder).filter(is_declaration).sort((a, b) => a.startsWith('shared') - b.startsWith('shared'))
    : []
