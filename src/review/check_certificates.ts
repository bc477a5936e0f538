// Until when certificates are good. That they can be read and belong to their keys was found out when the file was read.
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { system_error_text } from '../base/system_error.ts'
import type { TlsSettings } from '../net/tls_settings.ts'
import type { Finding, Severity } from './finding.ts'
import { file_place, type Judged } from './judged.ts'
import { flag_place } from './place.ts'

/** Time to renew one before it is too late. */
const EXPIRY_WARNING_DAYS = 30
const DAY_MS = 86_400_000

export function check_certificates(judged: Judged): Finding[] {
  const { options: { tls, cluster, websocket } } = judged
  const block = (settings: TlsSettings | null, path: string[]) =>
    settings === null ? [] : [
      ...check_file(settings.cert_file, 'certificate', place_of(judged, path, 'cert_file'), judged.machine.now_ms),
      ...(settings.ca_file === ''
        ? []
        : check_file(settings.ca_file, 'authority', place_of(judged, path, 'ca_file'), judged.machine.now_ms)),
    ]
  return [
    ...block(tls, []),
    ...block(websocket.tls, ['websocket ws']),
    ...block(cluster.tls, ['cluster']),
  ]
}

const FLAGS: Readonly<Record<string, string>> = Object.freeze({ cert_file: 'tlscert', ca_file: 'tlscacert' })

function place_of(judged: Judged, path: string[], key: string): string {
  const flag = path.length === 0 ? flag_place(judged.sources, FLAGS[key]) : null
  return flag?.text ?? file_place(judged, ...path, 'tls', key)
}

function check_file(file: string, kind: 'certificate' | 'authority', place: string, now_ms: number): Finding[] {
  let pem: string
  try {
    pem = readFileSync(file, 'latin1')
  } catch (error) {
    const what = `${file} can not be read: ${system_error_text(error)}`
    return [{ severity: 'error', place, what, advice: 'let the server read it' }]
  }
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []
  return blocks.flatMap((block) => {
    const finding = check_times(new X509Certificate(block), file, kind, now_ms)
    return finding === null ? [] : [{ ...finding, place }]
  })
}

/** An authority that is over refuses those whom it has signed; others in the file may still be good. */
function check_times(
  { subject, validFrom, validTo }: X509Certificate,
  file: string,
  kind: 'certificate' | 'authority',
  now_ms: number,
): Omit<Finding, 'place'> | null {
  const from_ms = Date.parse(validFrom), to_ms = Date.parse(validTo)
  const severity: Severity = kind === 'certificate' ? 'error' : 'warning'
  const whose = `the ${kind} ${JSON.stringify((subject ?? '').split('\n').join(', '))} in ${file}`
  const advice = 'put a renewed one in its place; a running server reads it before the next handshake'
  if (now_ms < from_ms) {
    return { severity, what: `${whose} is not valid before ${day(from_ms)}`, advice: 'wait, or set the clock' }
  }
  if (now_ms > to_ms) return { severity, what: `${whose} has expired on ${day(to_ms)}`, advice }
  const days = Math.floor((to_ms - now_ms) / DAY_MS)
  if (days >= EXPIRY_WARNING_DAYS) return null
  return { severity: 'warning', what: `${whose} expires in ${days} days, on ${day(to_ms)}`, advice }
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
