// Who listens on a port, as Linux tells it: the table of sockets has an inode, and a process has it among its open files. The
// processes of other users are hidden from all but root.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { PortOwner } from './judged.ts'

/** What is read of the system, as node:fs does it. */
export interface SystemFiles {
  list(folder: string): string[]
  read(path: string): string
  link(path: string): string
}

const SYSTEM: SystemFiles = {
  list: (folder) => readdirSync(folder),
  read: (path) => readFileSync(path, 'latin1'),
  link: (path) => readlinkSync(path),
}

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6']
/** The state of a socket that listens, in those tables. */
const LISTENS = '0A'

/** Null: nobody does, or it is hidden. */
export function find_port_owner(port: number, files: SystemFiles = SYSTEM): PortOwner | null {
  const sockets = new Set(
    TABLES.flatMap((table) => listening_inodes(table, port, files)).map((inode) => `socket:[${inode}]`),
  )
  if (sockets.size === 0) return null
  for (const pid of listed('/proc', files).filter((name) => /^\d+$/.test(name))) {
    const folder = `/proc/${pid}/fd`
    if (!listed(folder, files).some((fd) => sockets.has(link_of(`${folder}/${fd}`, files)))) continue
    return { pid: Number(pid), name: text_of(`/proc/${pid}/comm`, files).trim() }
  }
  return null
}

/** Of lines `sl local_address rem_address st ... inode`, where the local address ends in `:PORT` in hex. */
function listening_inodes(table: string, port: number, files: SystemFiles): string[] {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return text_of(table, files).split('\n').map((line) => line.trim().split(/\s+/)).filter((fields) =>
    fields.length > 9 && fields[1].endsWith(ending) && fields[3] === LISTENS
  ).map((fields) => fields[9])
}

function listed(folder: string, files: SystemFiles): string[] {
  return quietly(() => files.list(folder), [])
}

const text_of = (path: string, files: SystemFiles): string => quietly(() => files.read(path), '')
const link_of = (path: string, files: SystemFiles): string => quietly(() => files.link(path), '')

/** Processes end while they are looked at, and others are hidden. */
function quietly<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}
