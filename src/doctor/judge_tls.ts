// Handshakes: certificates that are not good, or not for long, and doors of one kind that differ in whether they want TLS.
import type { Finding } from '../review/finding.ts'
import type { DialFact, Facts, TlsFact } from './facts.ts'
import { target_place } from './judge_addresses.ts'
import { listed, type Member, members_of } from './members.ts'

/** Time to renew one before it is too late. */
const EXPIRY_WARNING_DAYS = 30
const DAY_MS = 86_400_000

export function judge_tls(facts: Facts): Finding[] {
  return [
    ...facts.dials.flatMap((dial) => [...judge_fault(dial), ...judge_expiry(dial, facts.now_ms)]),
    ...facts.dials.flatMap(judge_withheld),
    ...judge_differences(members_of(facts)),
  ]
}

function judge_fault({ target, tls, trouble, why }: DialFact): Finding[] {
  const place = target_place(target)
  if (tls?.fault == null) {
    return trouble === 'tls' ? [{ severity: 'error', place, what: `TLS: ${why}`, advice: NO_HANDSHAKE }] : []
  }
  const { kind, cause } = tls.fault
  const whose = tls.certificate === null ? 'the handshake' : `the certificate "${tls.certificate.subject}"`
  const names = tls.certificate?.names ?? []
  switch (kind) {
    case 'expired':
      return [{ severity: 'error', place, what: `${whose} is out of date`, advice: 'put a renewed one in its place' }]
    case 'name':
      return [{
        severity: 'error',
        place,
        what: `${whose} is not for ${target.host}, it is for ${listed(names) || 'nobody'}`,
        advice: 'have one made with that name, or let the server tell an address of its name',
      }]
    case 'untrusted':
      return [{
        severity: 'error',
        place,
        what: `${whose} is by an authority that is not known here (${cause})`,
        advice: 'name its authority with --tls-ca, or let all servers have certificates by one',
      }]
    default:
      return [{ severity: 'error', place, what: `TLS: ${cause}`, advice: NO_HANDSHAKE }]
  }
}

const NO_HANDSHAKE = 'give --tls-cert and --tls-key if it wants to see a certificate, else look at its tls block'

function judge_expiry({ target, tls }: DialFact, now_ms: number): Finding[] {
  if (tls?.certificate == null || tls.fault?.kind === 'expired') return []
  const days = Math.floor((tls.certificate.to_ms - now_ms) / DAY_MS)
  if (!(days < EXPIRY_WARNING_DAYS)) return []
  const day = new Date(tls.certificate.to_ms).toISOString().slice(0, 10)
  const what = `the certificate "${tls.certificate.subject}" expires in ${days} days, on ${day}`
  return [{ severity: 'warning', place: target_place(target), what, advice: 'put a renewed one in its place' }]
}

function judge_withheld({ target, login, tls }: DialFact): Finding[] {
  if (login !== 'withheld') return []
  const why = tls === null ? 'it has no TLS, which was asked for' : 'its certificate is not good'
  return [{
    severity: 'warning',
    place: target_place(target),
    what: `the credentials were not sent: ${why}`,
    advice: 'correct that, and ask again',
  }]
}

/** Clients that follow an address to another member meet what they are not ready for. */
function judge_differences(members: readonly Member[]): Finding[] {
  return (['client', 'websocket', 'route'] as const).flatMap((door): Finding[] => {
    const having = (wanted: boolean) =>
      members.filter(({ dials }) =>
        dials.some(({ target, tls, server }) => target.door === door && has_tls(tls, server?.needs_tls) === wanted)
      )
    const secure = having(true), plain = having(false)
    if (secure.length === 0 || plain.length === 0) return []
    const names = (list: readonly Member[]) => listed(list.map(({ name }) => name))
    const verb = secure.length === 1 ? 'requires' : 'require'
    return [{
      severity: door === 'route' ? 'error' : 'warning',
      place: 'mesh',
      what: `TLS for ${DOORS[door]}: ${names(secure)} ${verb} it, ${names(plain)} ${
        plain.length === 1 ? 'does' : 'do'
      } not`,
      advice: 'give all servers the same tls block',
    }]
  })
}

const DOORS = Object.freeze({ client: 'clients', websocket: 'WebSockets', route: 'routes' })

const has_tls = (tls: TlsFact | null, needs_tls = false): boolean => tls !== null || needs_tls
