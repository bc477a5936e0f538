// The texts of --help and --help_tls, made from the tables of flags.
import { COMMANDS } from './commands.ts'
import { dashed, type Flag, FLAG_GROUPS, FLAGS } from '../config/flags.ts'

const NAMES_WIDTH = 36

/** The help: an empty line, the usage, a group of flags for each part of the server, and the commands. */
export function help_text(): string {
  const groups = FLAG_GROUPS.map((group) => {
    const lines = FLAGS.filter((flag) => flag.group === group).map(flag_line)
    return `${group} Options:\n${lines.join('')}`
  })
  const commands = Object.entries(COMMANDS).map(([word, { summary }]) => `    ${word.padEnd(NAMES_WIDTH)} ${summary}\n`)
  const commands_part = `Commands, in the place of options ("onehop help COMMAND" tells more):\n${commands.join('')}`
  return `\nUsage: nats-server [options]\n\n${[...groups, commands_part].join('\n')}\n`
}

/** All names of a flag, and what it takes. */
export function flag_names({ names, type }: Flag): string {
  return names.map(dashed).join(', ') + (type === 'string' ? ' <text>' : type === 'int' ? ' <number>' : '')
}

function flag_line(flag: Flag): string {
  const names = flag_names(flag)
  const later = flag.unserved === undefined ? '' : ' (not served by this version)'
  return `    ${names.padEnd(NAMES_WIDTH)} ${flag.help}${later}\n`
}

const CIPHER_SUITES = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
]
const CURVES = ['X25519', 'CurveP256', 'CurveP384', 'CurveP521']

/** The help about TLS: what a block looks like and the names it may use. */
export function help_tls_text(): string {
  const list = (names: readonly string[]) => names.map((name) => `    ${name}\n`).join('')
  return `
TLS for clients and between the servers of a cluster, with certificates as "onehop certs" makes them:

    tls {
      cert_file: "server-cert.pem"
      key_file:  "server-key.pem"
      # Clients have to show a certificate of that authority.
      ca_file:   "ca.pem"
      verify:    true
      # TLS before INFO: true, or "auto" for both.
      handshake_first: false
    }

    cluster {
      tls {
        cert_file: "server-cert.pem"
        key_file:  "server-key.pem"
        # Every server has to show a certificate of that authority.
        ca_file:   "ca.pem"
        # Seconds for the handshake.
        timeout:   2
        min_version:       "1.2"
        cipher_suites:     [ "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" ]
        curve_preferences: [ "X25519", "CurveP256" ]
      }
    }

Cipher suites:

${list(CIPHER_SUITES)}
Curves:

${list(CURVES)}
`
}
