// Addresses that were told and lead nowhere, or elsewhere.
import { is_any_host, is_loopback } from '../net/address.ts'
import type { Finding } from '../review/finding.ts'
import type { DialFact, Facts } from './facts.ts'
import { listed } from './members.ts'
import { address_of, COMMAND_LINE, type Door, type Target } from './target.ts'

const DOOR_NAMES: Readonly<Record<Door, string>> = Object.freeze({
  client: 'client',
  websocket: 'WebSocket',
  route: 'route',
  monitor: 'monitoring',
  system: 'system account of',
})

/** `client 127.0.0.1:4222`. */
export const target_place = (target: Target): string =>
  `${DOOR_NAMES[target.door]} ${target.door === 'system' ? target.host : address_of(target)}`

export function judge_addresses(facts: Facts): Finding[] {
  const reached = facts.dials.filter(({ trouble, target }) => trouble === null && is_given(target))
  const is_local = reached.length === 0 || reached.every(({ ips }) => ips.every(is_loopback))
  const found = facts.dials.flatMap((dial) => judge_address(dial, facts.timeout_ms, is_local))
  if (facts.left_out === 0) return found
  const what = `${facts.left_out} more addresses were told and not dialled`
  return [...found, { severity: 'warning', place: 'mesh', what, advice: 'ask the servers that tell of so many' }]
}

const is_given = ({ told_by }: Target): boolean => told_by === COMMAND_LINE

/** `is_local`: the doctor runs where the servers run, so a loopback address may be meant. */
function judge_address(dial: DialFact, timeout_ms: number, is_local: boolean): Finding[] {
  const { target, trouble } = dial
  if (target.is_guess || target.door === 'system') return []
  const place = target_place(target)
  const from_server = dial.told_by.filter((name) => name !== COMMAND_LINE)
  const told = from_server.length === 0
    ? ''
    : `, as ${listed(from_server)} ${from_server.length === 1 ? 'tells' : 'tell'}`
  const option = OPTIONS[target.door]
  if (from_server.length > 0 && is_any_host(target.host)) {
    const what = `"any address" is no address to dial${told}`
    return [{ severity: 'error', place, what, advice: `set ${option} to one that others can reach` }]
  }
  if (trouble === null) return is_local || from_server.length === 0 ? [] : judge_loopback(dial, place, told, option)
  if (trouble === 'tls') return []
  const what = `${trouble_text(dial, timeout_ms)}${told}`
  if (from_server.length === 0) return [{ severity: 'error', place, what, advice: ADVICE[trouble] }]
  const hint = odd_address(dial, is_local)
  const may_be_elsewhere = trouble !== 'silent' && trouble !== 'closed'
  const advice = hint === ''
    ? `${ADVICE[trouble]}${may_be_elsewhere ? `, or set ${option}` : ''}`
    : `${hint}: set ${option} to one that others can reach`
  // A server that has gone is told of as long as nobody has dropped it; a client tries the next one.
  return [{ severity: 'error', place, what, advice }]
}

const OPTIONS: Readonly<Record<Door, string>> = Object.freeze({
  client: 'client_advertise',
  websocket: 'websocket { advertise }',
  route: 'cluster { advertise }',
  monitor: 'http',
  system: 'system_account',
})

const ADVICE = Object.freeze({
  refused: 'start the server there, or correct the port',
  timeout: 'look at the firewall on the way',
  silent: 'look whether its process is stopped or overloaded',
  unknown_host: 'let name servers know the name',
  unreachable: 'look at the network on the way',
  closed: 'look into its log for the reason',
  garbage: 'correct the port',
  tls: 'look at its certificate',
})

function trouble_text({ trouble, why }: DialFact, timeout_ms: number): string {
  if (trouble === 'refused') return 'connection refused'
  if (trouble === 'timeout') return `no answer within ${timeout_ms} ms`
  if (trouble === 'silent') return `it takes connections and says nothing within ${timeout_ms} ms`
  if (trouble === 'unknown_host') return `the host is not known: ${why}`
  return why
}

/** An address that means another machine to everybody. */
function odd_address({ target: { host }, ips }: DialFact, is_local: boolean): string {
  if (!is_local && [host, ...ips].some(is_loopback)) return "it is each machine's own"
  if (!is_local && [host, ...ips].some(is_private)) return 'it is of a private network'
  return ''
}

function judge_loopback({ target, ips }: DialFact, place: string, told: string, option: string): Finding[] {
  if (![target.host, ...ips].some(is_loopback)) return []
  const what = `a loopback address is told to others${told}`
  return [{ severity: 'warning', place, what, advice: `set ${option} to one that others can reach` }]
}

const PRIVATE = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|f[cd][0-9a-f]{2}:|fe[89ab])/i

export const is_private = (address: string): boolean => PRIVATE.test(address)

/** An address that anybody may come to. */
export const is_public = (address: string): boolean =>
  /^[0-9a-f.:]+$/i.test(address) && !is_any_host(address) && !is_loopback(address) && !is_private(address)
