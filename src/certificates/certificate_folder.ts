// The folder of an authority: its certificate and key, and those that it has issued. Nothing is replaced unasked.
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CertificateUse, issue, make_authority, type Pair } from './certificate.ts'
import type { Holder } from './holder.ts'

const AUTHORITY_DAYS = 3650
const KEY_MODE = 0o600
const CERTIFICATE_MODE = 0o644
const AUTHORITY = 'ca'

/** The files can not be made as they are; the message says why, and what to do. */
export class CertificateFolderError extends Error {
  override name = 'CertificateFolderError'
}

export interface FolderRequest {
  readonly folder: string
  readonly nodes: readonly Holder[]
  readonly clients: readonly Holder[]
  readonly days: number
  /** What is there may be replaced. */
  readonly replaces: boolean
  /** Another authority, even if one is there. */
  readonly renews_authority: boolean
  readonly now_ms: number
}

export interface FolderFiles {
  readonly cert_file: string
  readonly key_file: string
}

export interface MadeFiles {
  readonly authority: FolderFiles & { readonly is_new: boolean }
  readonly nodes: readonly (Holder & FolderFiles)[]
  readonly clients: readonly (Holder & FolderFiles)[]
}

/** Makes what is asked for; an authority that is there already is used again. Throws CertificateFolderError. */
export function make_certificates(request: FolderRequest): MadeFiles {
  const { folder, nodes, clients, days, now_ms } = request
  const files = files_of(folder, AUTHORITY)
  const is_there = existsSync(files.cert_file)
  const is_new = !is_there || request.renews_authority
  check_free(request, is_new)
  // Read before anything is written: a key that is missing ends it with nothing changed.
  const former = is_new ? null : read_authority(files)
  mkdirSync(folder, { recursive: true })
  const authority = former ?? make_authority({ name: 'onehop authority', days: AUTHORITY_DAYS, now_ms })
  if (is_new) write_pair(files, authority)
  const made = (uses: readonly CertificateUse[]) => ({ name, hosts }: Holder) => {
    const own = files_of(folder, name)
    write_pair(own, issue({ authority, name, hosts, days, now_ms, uses }))
    return { name, hosts, ...own }
  }
  return {
    authority: { ...files, is_new },
    nodes: nodes.map(made(['server_auth', 'client_auth'])),
    clients: clients.map(made(['client_auth'])),
  }
}

const files_of = (folder: string, name: string): FolderFiles => ({
  cert_file: join(folder, `${name}.pem`),
  key_file: join(folder, `${name}-key.pem`),
})

function check_free({ folder, nodes, clients, replaces }: FolderRequest, is_new: boolean): void {
  if (replaces) return
  const names = [...(is_new ? [AUTHORITY] : []), ...[...nodes, ...clients].map(({ name }) => name)]
  const files = names.map((name) => files_of(folder, name)).flatMap(({ cert_file, key_file }) => [cert_file, key_file])
  const there = files.filter((file) => existsSync(file))
  if (there.length > 0) throw new CertificateFolderError(`there already: ${there.join(', ')} (--force replaces)`)
}

function read_authority({ cert_file, key_file }: FolderFiles): Pair {
  if (!existsSync(key_file)) {
    throw new CertificateFolderError(
      `${cert_file} is there and its key ${key_file} is not: put it there, or see --new-ca`,
    )
  }
  return { cert: readFileSync(cert_file, 'utf8'), key: readFileSync(key_file, 'utf8') }
}

function write_pair({ cert_file, key_file }: FolderFiles, { cert, key }: Pair): void {
  write(key_file, key, KEY_MODE)
  write(cert_file, cert, CERTIFICATE_MODE)
}

/** In one step, so that a server that reads it again never sees half of it. */
function write(file: string, text: string, mode: number): void {
  writeFileSync(`${file}.new`, text, { mode })
  chmodSync(`${file}.new`, mode)
  renameSync(`${file}.new`, file)
}
