// The folder in which the blocks of one page run: it looks like a checkout of this repository, with the package installed, and what is
// written goes into it alone.
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { deno_binary, node_binary, root } from '../runtimes.mjs'

const checkout = ['dist', 'scripts', 'src', 'workers', 'deploy', 'package.json', 'deno.json', 'build.mjs', 'main.ts']

export class PageFolder {
  #home = mkdtempSync(join(tmpdir(), 'onehop-docs-'))
  /** Where the blocks run. */
  path = join(this.#home, 'page')
  /** Where the state between two commands is kept, and the programs are. */
  state = join(this.#home, 'state')

  constructor() {
    this.clear()
  }

  /** Empties it, and puts the checkout back. */
  clear() {
    for (const folder of [this.path, this.state]) rmSync(folder, { recursive: true, force: true })
    mkdirSync(join(this.path, 'node_modules'), { recursive: true })
    mkdirSync(join(this.state, 'bin'), { recursive: true })
    const there = new Set(readdirSync(root))
    for (const name of checkout.filter((name) => there.has(name))) symlinkSync(join(root, name), join(this.path, name))
    const modules = join(root, 'node_modules')
    for (const name of readdirSync(modules)) symlinkSync(join(modules, name), join(this.path, 'node_modules', name))
    symlinkSync(root, join(this.path, 'node_modules/onehop'))
    const main = join(root, 'dist/main.js')
    this.#program('node', `exec "${node_binary()}" "$@"`)
    this.#program('onehop', `exec "${node_binary()}" "${main}" "$@"`)
    this.#program('deno', `exec "${deno_binary()}" "$@"`)
    const other = 'PATH=$(printf %s "$PATH" | cut -d: -f2-); exec npx "$@"'
    this.#program('npx', `if [ "$1" = onehop ]; then shift; exec "${node_binary()}" "${main}" "$@"; fi; ${other}`)
  }

  #program(name, line) {
    writeFileSync(join(this.state, 'bin', name), `#!/bin/sh\n${line}\n`, { mode: 0o755 })
  }

  /** Writes a file that a page shows. What is linked here from the repository is never written through. */
  write(name, text) {
    const path = join(this.path, name)
    mkdirSync(dirname(path), { recursive: true })
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) unlinkSync(path)
    writeFileSync(path, text)
    return path
  }

  /** Environment of every command: our programs come first, then those of the machine, and the tools that test:processes takes. */
  environment() {
    const named = [process.env.NATS_CLI, process.env.NATS_TOP].filter(Boolean).map((tool) => dirname(tool))
    const tools = [...named, join(root, '.cache/tools'), join(root, 'node_modules/.bin')]
    const path = [join(this.state, 'bin'), process.env.PATH, ...tools]
    return { PATH: path.join(delimiter), NO_COLOR: '1', HOME: this.state, NO_UPDATE_NOTIFIER: '1' }
  }

  remove() {
    rmSync(this.#home, { recursive: true, force: true })
  }
}
