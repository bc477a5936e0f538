// Files in memory, with the functions that log devices use, and with faults.
import { Buffer } from 'node:buffer'
import * as fs from 'node:fs'
import { basename } from 'node:path'
import type { RotationFiles } from '../../src/base/rotating_file.ts'

interface Inode {
  text: string
}

export class FakeDisk {
  names = new Map<string, Inode>()
  /** Bytes that one write takes at most. */
  write_bytes = Infinity
  /** Functions that fail with this code. */
  faults: Partial<
    Record<'openSync' | 'renameSync' | 'closeSync' | 'readdirSync' | 'unlinkSync' | 'writeSync', string>
  > = {}
  #open = new Map<number, Inode>()
  #next = 10

  readonly functions: RotationFiles = {
    constants: fs.constants,
    openSync: (path: string) => {
      this.#fault('openSync')
      if (!this.names.has(path)) this.names.set(path, { text: '' })
      this.#open.set(++this.#next, this.names.get(path)!)
      return this.#next
    },
    writeSync: (descriptor: number, bytes: Uint8Array, start: number, length: number) => {
      this.#fault('writeSync')
      const taken = Math.min(length, this.write_bytes)
      this.#inode(descriptor).text += Buffer.from(bytes.subarray(start, start + taken)).toString('latin1')
      return taken
    },
    fstatSync: (descriptor: number) => ({ size: this.#inode(descriptor).text.length }),
    closeSync: (descriptor: number) => {
      this.#inode(descriptor)
      this.#open.delete(descriptor)
      this.#fault('closeSync')
    },
    renameSync: (from: string, to: string) => {
      this.#fault('renameSync')
      this.names.set(to, this.names.get(from)!)
      this.names.delete(from)
    },
    existsSync: (path: string) => this.names.has(path),
    readdirSync: () => {
      this.#fault('readdirSync')
      return [...this.names.keys()].map((path) => basename(path))
    },
    unlinkSync: (path: string) => {
      this.#fault('unlinkSync')
      this.names.delete(path)
    },
  } as unknown as RotationFiles

  get open_files(): number {
    return this.#open.size
  }

  /** Throws if there is no such file. */
  text(path: string): string {
    return this.names.get(path)!.text
  }

  #inode(descriptor: number): Inode {
    const inode = this.#open.get(descriptor)
    if (inode === undefined) throw new Error(`file ${descriptor} is not open`)
    return inode
  }

  #fault(name: keyof FakeDisk['faults']): void {
    const code = this.faults[name]
    if (code !== undefined) throw Object.assign(new Error(code), { code })
  }
}
