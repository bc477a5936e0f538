// The folder in which the blocks of a page run as at a user's who has installed the package, and nothing else of this repository.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

/** What stays there when a page begins afresh. */
const installed = new Set(['node_modules', 'package.json', 'package-lock.json'])

export class InstalledFolder {
  home
  /** Where the blocks run. */
  path
  /** Where the state between two commands is kept, and the programs are. */
  state
  #programs

  /** programs: name -> the line of a shell that stands for it. home: that of another one, which then is this one's. */
  constructor(programs, home) {
    this.#programs = programs
    this.home = home ?? mkdtempSync(join(tmpdir(), 'onehop-installed-'))
    this.path = join(this.home, 'project')
    this.state = join(this.home, 'state')
    if (home === undefined) {
      mkdirSync(this.path)
      writeFileSync(join(this.path, 'package.json'), '{ "private": true, "type": "module" }\n')
    }
    this.clear()
  }

  /** Leaves only what was installed. */
  clear() {
    for (const name of readdirSync(this.path)) {
      if (!installed.has(name)) rmSync(join(this.path, name), { recursive: true, force: true })
    }
    rmSync(this.state, { recursive: true, force: true })
    mkdirSync(join(this.state, 'bin'), { recursive: true })
    for (const [name, line] of Object.entries(this.#programs)) {
      writeFileSync(join(this.state, 'bin', name), `#!/bin/sh\n${line}\n`, { mode: 0o755 })
    }
  }

  /** Writes a file that a page shows. */
  write(name, text) {
    const path = join(this.path, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return path
  }

  /** Environment of every command: our programs come first. */
  environment() {
    const path = [join(this.state, 'bin'), process.env.PATH].join(delimiter)
    return { PATH: path, NO_COLOR: '1', HOME: this.state, NO_UPDATE_NOTIFIER: '1', npm_config_update_notifier: 'false' }
  }

  remove() {
    rmSync(this.home, { recursive: true, force: true })
  }
}
