// npm run certs: an authority and certificates for the servers of a cluster, for onehop and nats-server alike. Needs no
// openssl. The authority that is there already is used again, so servers can be added later.
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { command_line } from './arguments.mjs'
import { issue, make_authority } from './certificate.mjs'

const usage = `npm run certs -- [NODE[=HOST,HOST...] ...] [--out DIR] [--days N] [--force] [--new-ca]

Makes DIR/ca.pem and, for every NODE, DIR/NODE.pem and DIR/NODE-key.pem. A certificate is good for the host names and IP
addresses behind "=", and for NODE, localhost, 127.0.0.1 and ::1; for serving and dialling both, as routes need it.
Without a NODE: one called "node".

  --out DIR    where to (default: certs)
  --days N     how long the nodes' certificates last (default: 825)
  --force      replace certificates of nodes that are there; without it nothing is overwritten
  --new-ca     make another authority, too, if one is there (with --force); certificates by the former one end with it

The authority is ca.pem, its key ca-key.pem: who has that key can make members of the cluster, so keep it elsewhere.

  npm run certs
  npm run certs -- a=a.example,10.0.0.1 b=b.example,10.0.0.2 --out /etc/onehop
`
const AUTHORITY_DAYS = 3650

const options = command_line({ out: 'certs', days: '825', force: false, 'new-ca': false, help: false })
try {
  if (options.help) process.stdout.write(usage)
  else make()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}

function make() {
  const days = Number(options.days)
  if (!Number.isInteger(days) || days < 1 || days > 36500) {
    throw new Error(`--days is a number of days, not ${options.days}`)
  }
  const nodes = (options.rest.length > 0 ? options.rest : ['node']).map(node_of)
  const path = (name) => join(options.out, name)
  const has_authority = existsSync(path('ca.pem'))
  const replaces_authority = has_authority && options['new-ca']
  const files = nodes.flatMap(({ name }) => [`${name}.pem`, `${name}-key.pem`])
  if (replaces_authority) files.push('ca.pem', 'ca-key.pem')
  const there = options.force ? [] : files.map(path).filter((file) => existsSync(file))
  if (there.length > 0) throw new Error(`there already: ${there.join(', ')} (--force replaces)`)
  mkdirSync(options.out, { recursive: true })
  const authority = has_authority && !replaces_authority ? read_authority(path) : new_authority(path)
  for (const { name, hosts } of nodes) {
    const { cert, key } = issue({ authority, name, hosts, days, now_ms: Date.now() })
    write(path(`${name}-key.pem`), key, 0o600)
    write(path(`${name}.pem`), cert, 0o644)
    console.log(`${path(`${name}.pem`)} and its key: for ${hosts.join(', ')}`)
  }
  const [{ name }] = nodes
  console.log(`\nIn the configuration of ${name}:\n
cluster {
  tls {
    cert_file: ${JSON.stringify(path(`${name}.pem`))}
    key_file: ${JSON.stringify(path(`${name}-key.pem`))}
    ca_file: ${JSON.stringify(path('ca.pem'))}
  }
}`)
}

/** `name` or `name=host,host`. */
function node_of(word) {
  const [, name, more = ''] = /^([\w.-]+)(?:=(.*))?$/.exec(word) ?? []
  if (name === undefined || name === 'ca' || name === 'ca-key') {
    throw new Error(`"${word}" is no NODE or NODE=HOST,HOST`)
  }
  const hosts = more.split(',').map((host) => host.trim()).filter((host) => host !== '')
  const odd = hosts.find((host) => !/^(\*\.)?[\w.:-]+$/.test(host))
  if (odd !== undefined) throw new Error(`"${odd}" is no host name or IP address (no port, no brackets)`)
  return { name, hosts: [...new Set([...hosts, name, 'localhost', '127.0.0.1', '::1'])] }
}

function read_authority(path) {
  if (!existsSync(path('ca-key.pem'))) {
    throw new Error(
      `${path('ca.pem')} is there and its key ${path('ca-key.pem')} is not: put it there, or see --new-ca`,
    )
  }
  return { cert: readFileSync(path('ca.pem'), 'utf8'), key: readFileSync(path('ca-key.pem'), 'utf8') }
}

function new_authority(path) {
  const authority = make_authority({ name: 'onehop authority', days: AUTHORITY_DAYS, now_ms: Date.now() })
  write(path('ca-key.pem'), authority.key, 0o600)
  write(path('ca.pem'), authority.cert, 0o644)
  console.log(`${path('ca.pem')}: a new authority. Keep its key ${path('ca-key.pem')} to yourself`)
  return authority
}

/** In one step, so that a server that reads it again never sees half of it. */
function write(file, text, mode) {
  writeFileSync(`${file}.new`, text, { mode })
  chmodSync(`${file}.new`, mode)
  renameSync(`${file}.new`, file)
}
