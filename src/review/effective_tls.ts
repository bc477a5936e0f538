// A block tls { }, wherever it stands, as settings.
import type { TlsUse } from '../config/tls_options.ts'
import { cipher_text, curve_text } from '../net/tls_names.ts'
import type { TlsSettings } from '../net/tls_settings.ts'
import { DEFAULT, entries_under, flag_place, type Place, place_in, type Placed, type Sources } from './place.ts'
import { map, one, row, type Setting, unsaid } from './setting.ts'
import { duration_value } from './written.ts'

/** By setting: its flag, if it has one. */
const FLAGS: Readonly<Record<string, string>> = Object.freeze({
  cert_file: 'tlscert',
  key_file: 'tlskey',
  ca_file: 'tlscacert',
  verify: 'tlsverify',
})

/** That of the clients: flags stand in the place of the whole block. */
export function tls_setting(key: string, tls: TlsSettings | null, sources: Sources, use: TlsUse): Setting {
  const flag = flag_place(sources, 'tls', ...Object.values(FLAGS))
  if (flag === null) return tls_block(key, tls, entries_under(sources.file, key), use)
  if (tls === null) return unsaid(key, 'none, plain text', flag)
  return settings_of(key, tls, use, (names) => flag_place(sources, FLAGS[names.split(' ')[0]] ?? '') ?? DEFAULT)
}

/** `blocks`: the block in the file, or nothing. */
export function tls_block(key: string, tls: TlsSettings | null, blocks: readonly Placed[], use: TlsUse): Setting {
  if (tls === null) return unsaid(key, 'none, plain text', place_in(blocks))
  return settings_of(key, tls, use, (names) => place_in(entries_under(blocks.slice(-1), names)))
}

function settings_of(key: string, tls: TlsSettings, use: TlsUse, place_of: (names: string) => Place): Setting {
  const { handshake_first: first } = tls
  const plain = (key: string, value: string | boolean) => one(key, value, place_of(key))
  const list = (key: string, values: string[]) =>
    values.length > 0 ? row(key, values, place_of(key)) : unsaid(key, "the runtime's", place_of(key))
  return map(key, [
    one('cert_file', tls.cert_file, place_of('cert_file certs certificates')),
    one('key_file', tls.key_file, place_of('key_file certs certificates')),
    tls.ca_file === '' ? unsaid('ca_file', "the runtime's", DEFAULT) : plain('ca_file', tls.ca_file),
    ...(use === 'cluster' ? [] : [
      one('verify', tls.verify_optional ? 'optional' : tls.verify, place_of('verify verify_and_map')),
    ]),
    plain('verify_and_map', tls.verify_and_map),
    ...(use === 'cluster' ? [plain('verify_cert_and_check_known_urls', tls.verify_known_urls)] : [
      one(
        'handshake_first',
        typeof first === 'number' ? duration_value(first) : first,
        place_of('handshake_first first immediate'),
      ),
    ]),
    plain('insecure', tls.insecure),
    one('timeout', duration_value(tls.timeout_ms), place_of('timeout')),
    plain('min_version', tls.min_version === 'TLSv1.3' ? '1.3' : '1.2'),
    list('cipher_suites', tls.ciphers.map(cipher_text)),
    list('curve_preferences', tls.curves.map(curve_text)),
    row('pinned_certs', tls.pinned_certs, place_of('pinned_certs')),
  ], DEFAULT)
}
