// `certs`: an authority and certificates for the servers of a mesh, and for clients.
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { system_clock } from '../base/clock.ts'
import { system_error_text } from '../base/system_error.ts'
import { CertificateFolderError, type MadeFiles, make_certificates } from '../certificates/certificate_folder.ts'
import { check_distinct, client_of, type Holder, HolderError, node_of, split_list } from '../certificates/holder.ts'
import { tls_blocks } from '../certificates/tls_blocks.ts'
import { nearest } from '../config/nearest.ts'
import type { Command, CommandCall, CommandResult } from './command.ts'

const FLAGS = {
  names: { type: 'string', multiple: true },
  host: { type: 'string', multiple: true },
  client: { type: 'string', multiple: true },
  out: { type: 'string', default: 'certs' },
  days: { type: 'string', default: '825' },
  force: { type: 'boolean', default: false },
  'new-ca': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const
const DAYS_MAX = 36_500

const HELP = `
Usage: onehop certs [options] [NODE[=HOST,HOST...] ...]

Makes an authority, and certificates by it for the servers of a mesh: DIR/ca.pem and, for every NODE, DIR/NODE.pem and
DIR/NODE-key.pem. They are good for onehop and nats-server alike, and openssl is not needed. Without a NODE: one called "node".

A certificate is good for the host names and IP addresses behind "=", and for NODE, localhost, 127.0.0.1 and ::1; for serving and
for dialling, as routes need both. An authority that is there already is used again, so servers can be added later.

    --names A,B,C    The same as the words A B C
    --host HOST,...  Further host names and IP addresses of every NODE; may be repeated
    --client NAME    A certificate for a client, which may only dial; may be repeated
    --out DIR        Where to (default: certs)
    --days N         How long nodes' and clients' certificates last (default: 825)
    --force          Replace certificates that are there; without it nothing is overwritten
    --new-ca         Make another authority, too, if one is there (with --force); certificates by the former one end with it

    onehop certs --names a,b,c
    onehop certs a=a.example,10.0.0.1 b=b.example,10.0.0.2 --out /etc/onehop
    onehop certs --client billing

Keys can be read by their owner only (0600). The authority's is ca-key.pem: who has it can make members of the mesh, so keep it
elsewhere. Standard output is a configuration to paste, for the first NODE; what was made is told on the standard error.

Status: 0, all was made; 1, something is in the way, and nothing was made; 2, wrong usage.

`

export const CERTS_COMMAND: Command = { help: HELP, run: run_certs }

type Flags = ReturnType<typeof read_flags>['values']

async function run_certs({ argv }: CommandCall): Promise<CommandResult> {
  let wanted: Wanted
  try {
    const { values, positionals } = read_flags(argv)
    if (values.help) return { stdout: HELP, stderr: '', exit: 0 }
    wanted = wanted_of(values, positionals)
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof HolderError)) throw error
    return { stdout: '', stderr: `onehop certs: ${error.message}\nsee: onehop help certs\n`, exit: 2 }
  }
  try {
    return report(make_certificates({ ...wanted, now_ms: system_clock().wall_ms() }))
  } catch (error) {
    const text = error instanceof CertificateFolderError ? error.message : system_error_text(error)
    return { stdout: '', stderr: `onehop certs: ${text}\n`, exit: 1 }
  }
}

class UsageError extends Error {
  override name = 'UsageError'
}

function read_flags(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: FLAGS, allowPositionals: true })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const unknown = /^Unknown option '-*([^']*)'/.exec(message)
    if (unknown === null) throw new UsageError(message.split(/\.\s/)[0])
    const meant = nearest(unknown[1], Object.keys(FLAGS))
    throw new UsageError(`there is no --${unknown[1]}${meant === null ? '' : `; did you mean --${meant}?`}`)
  }
}

interface Wanted {
  readonly folder: string
  readonly nodes: readonly Holder[]
  readonly clients: readonly Holder[]
  readonly days: number
  readonly replaces: boolean
  readonly renews_authority: boolean
}

/** Throws UsageError and HolderError. */
function wanted_of(values: Flags, positionals: readonly string[]): Wanted {
  const days = Number(values.days)
  if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX) {
    throw new UsageError(`--days is a number from 1 to ${DAYS_MAX}, not ${values.days}`)
  }
  const listed = (lists: readonly string[] = []) => lists.flatMap(split_list)
  const words = [...listed(values.names), ...positionals]
  const clients = listed(values.client).map(client_of)
  // Who asks for a client only has the servers' certificates already.
  const unnamed = words.length === 0 && clients.length === 0 ? ['node'] : words
  const nodes = unnamed.map((word) => node_of(word, listed(values.host)))
  if (values.host !== undefined && nodes.length === 0) throw new UsageError('--host is for nodes: name one')
  check_distinct([...nodes, ...clients])
  return {
    ...{ folder: values.out, nodes, clients, days },
    ...{ replaces: values.force, renews_authority: values['new-ca'] },
  }
}

function report({ authority, nodes, clients }: MadeFiles): CommandResult {
  const told = authority.is_new
    ? [`${authority.cert_file}: a new authority. Keep its key ${authority.key_file} to yourself`]
    : [`${authority.cert_file}: the authority, as it was`]
  for (const { cert_file, key_file, hosts } of nodes) told.push(`${cert_file}, ${key_file}: for ${hosts.join(', ')}`)
  for (const { cert_file, key_file, name } of clients) told.push(`${cert_file}, ${key_file}: for the client ${name}`)
  const stderr = told.map((line) => `${line}\n`).join('')
  if (nodes.length === 0) return { stdout: '', stderr, exit: 0 }
  const [{ name, cert_file, key_file }] = nodes
  // Whoever starts the server may stand elsewhere.
  const files = { cert_file: resolve(cert_file), key_file: resolve(key_file) }
  const blocks = tls_blocks(files, resolve(authority.cert_file), clients.length > 0)
  return { stdout: `# In the configuration of ${name}:\n${blocks}`, stderr: `${stderr}\n`, exit: 0 }
}
