// Account tokens as files of a folder, one for each key: the folder of nats-server, so that either may use the other's.
import * as fs from 'node:fs'
import { join } from 'node:path'
import { is_key } from '../auth/jwt.ts'

const ENDING = '.jwt'
const FOLDER_MODE = 0o700
const FILE_MODE = 0o600

export class ClaimsDirectory {
  readonly #folder: string

  /** Made if it is missing. Throws an Error with the line for the operator. */
  constructor(folder: string) {
    this.#folder = folder
    try {
      fs.mkdirSync(folder, { recursive: true, mode: FOLDER_MODE })
      fs.accessSync(folder, fs.constants.R_OK | fs.constants.W_OK)
    } catch {
      throw new Error(`resolver: dir ${JSON.stringify(folder)} needs to point to an accessible directory`)
    }
  }

  /** Of every account in the folder, also of its folders; what can not be read is left out. */
  tokens(): string[] {
    const names = fs.readdirSync(this.#folder, { recursive: true, encoding: 'utf8' })
    return names.filter((name) => name.endsWith(ENDING)).map((name) => read(join(this.#folder, name))).filter((token) =>
      token !== ''
    )
  }

  /** Throws as node:fs does. What is there is whole at any time. */
  write(key: string, token: string): void {
    const path = this.#path(key)
    fs.writeFileSync(`${path}.new`, token, { mode: FILE_MODE })
    fs.renameSync(`${path}.new`, path)
  }

  /** `keeps`: under another name. Throws as node:fs does. */
  remove(key: string, keeps: boolean): void {
    const path = this.#path(key)
    if (keeps) fs.renameSync(path, `${path}.deleted`)
    else fs.rmSync(path, { force: true })
  }

  /** Files that were not written for so long go. Returns the keys. */
  expire(before_ms: number): string[] {
    const names = fs.readdirSync(this.#folder, 'utf8').filter((name) => name.endsWith(ENDING))
    const old = names.filter((name) => fs.statSync(join(this.#folder, name)).mtimeMs < before_ms)
    for (const name of old) fs.rmSync(join(this.#folder, name), { force: true })
    return old.map((name) => name.slice(0, -ENDING.length))
  }

  #path(key: string): string {
    if (!is_key(key, 'A')) throw new Error('invalid public key')
    return join(this.#folder, key + ENDING)
  }
}

function read(path: string): string {
  try {
    return fs.readFileSync(path, 'latin1').trim()
  } catch {
    return ''
  }
}
