// Texts that stand for numbers, durations and addresses, read as Go reads them (reference ops.md 1.1, 2.4, 3).

/** A text that is not what it should be. The message is nats-server's. */
export class ValueError extends Error {
  override name = 'ValueError'
}

const NAMED_ESCAPES: Readonly<Record<string, string>> = Object.freeze({
  ...{ '"': '\\"', '\\': '\\\\', '\x07': '\\a', '\b': '\\b' },
  ...{ '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v' },
})
const hex = (char: string, digits: number) => char.codePointAt(0)!.toString(16).padStart(digits, '0')

/** Text in double quotes, as nats-server shows it in errors (Go's %q): what can not be seen is written out. */
export function quote(text: string): string {
  const shown = text.replace(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (char) => {
    if (Object.hasOwn(NAMED_ESCAPES, char)) return NAMED_ESCAPES[char]
    if (char < '\x80') return `\\x${hex(char, 2)}`
    return char.length > 1 ? `\\U${hex(char, 8)}` : `\\u${hex(char, 4)}`
  })
  return `"${shown}"`
}

const UNIT_MS: Readonly<Record<string, number>> = Object.freeze({
  ns: 1e-6,
  us: 1e-3,
  '\u00b5s': 1e-3,
  '\u03bcs': 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
})

/** The longest duration Go can hold, 2^63 nanoseconds. */
const DURATION_MS_MAX = 2 ** 63 / 1e6

/** Milliseconds of `1h30m`, `1.5s`, `-2us`, `0`. Throws a ValueError with Go's text (reference ops.md 2.4). */
export function parse_duration_ms(text: string): number {
  const invalid = () => new ValueError(`time: invalid duration ${quote(text)}`)
  const negative = text.startsWith('-')
  let rest = negative || text.startsWith('+') ? text.slice(1) : text
  if (rest === '0') return 0
  if (rest === '') throw invalid()
  let total_ms = 0
  while (rest !== '') {
    const number = /^(\d+\.?\d*|\.\d+)/.exec(rest)?.[0]
    if (number === undefined) throw invalid()
    rest = rest.slice(number.length)
    const unit = /^[^.\d]*/.exec(rest)![0]
    if (unit === '') throw new ValueError(`time: missing unit in duration ${quote(text)}`)
    if (!Object.hasOwn(UNIT_MS, unit)) {
      throw new ValueError(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`)
    }
    rest = rest.slice(unit.length)
    total_ms += Number(number) * UNIT_MS[unit]
  }
  if (total_ms >= DURATION_MS_MAX) throw invalid()
  return negative ? -total_ms : total_ms
}

/** A duration as Go prints it: `2m0s`, `1h0m0.5s`, `250ms`, `0s`. */
export function format_duration(duration_ms: number): string {
  const sign = duration_ms < 0 ? '-' : ''
  const ms = Math.abs(duration_ms)
  if (ms === 0) return '0s'
  if (ms < 1e-3) return `${sign}${Math.round(ms * 1e6)}ns`
  if (ms < 1) return `${sign}${decimals(ms * 1e3, 3)}\u00b5s`
  if (ms < 1000) return `${sign}${decimals(ms, 6)}ms`
  const hours = Math.floor(ms / 3_600_000)
  const minutes = Math.floor(ms / 60_000) % 60
  const seconds = decimals((ms % 60_000) / 1000, 9)
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}s`
  return minutes > 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${seconds}s`
}

function decimals(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)))
}

const GO_INTEGER = /^([+-]?)(0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?\d)*)$/

/** An integer of the command line: decimal, 0x, 0o, 0b or with a leading 0. Throws `parse error` or `value out of range`. */
export function parse_go_integer(text: string): number {
  const [, sign, digits] = GO_INTEGER.exec(text) ?? []
  if (digits === undefined) {
    throw new ValueError(/^[+-]?\d+$/.test(text) && !/^[+-]?0/.test(text) ? 'value out of range' : 'parse error')
  }
  const plain = digits.replaceAll('_', '')
  const magnitude = BigInt(/^0[0-7]/.test(plain) ? `0o${plain.slice(1)}` : plain)
  const value = sign === '-' ? -magnitude : magnitude
  if (BigInt.asIntN(64, value) !== value) throw new ValueError('value out of range')
  return Number(value)
}

const TRUE_TEXTS: readonly string[] = ['1', 't', 'T', 'TRUE', 'true', 'True']
const FALSE_TEXTS: readonly string[] = ['0', 'f', 'F', 'FALSE', 'false', 'False']

/** A boolean of the command line. Throws `parse error`. */
export function parse_go_boolean(text: string): boolean {
  if (TRUE_TEXTS.includes(text)) return true
  if (FALSE_TEXTS.includes(text)) return false
  throw new ValueError('parse error')
}

/** `host:port`, `:port`, `[v6]:port` taken apart; the port stays text. Throws Go's text about the address. */
export function split_host_port(address: string): { host: string; port: string } {
  const fail = (why: string) => new ValueError(address === '' ? why : `address ${address}: ${why}`)
  const colon = address.lastIndexOf(':')
  if (colon < 0) throw fail('missing port in address')
  let host = address.slice(0, colon)
  if (address.startsWith('[')) {
    const end = address.indexOf(']')
    if (end < 0) throw fail("missing ']' in address")
    if (end + 1 === address.length) throw fail('missing port in address')
    if (end + 1 !== colon) {
      throw fail(address[end + 1] === ':' ? 'too many colons in address' : 'missing port in address')
    }
    host = address.slice(1, end)
  } else if (host.includes(':')) throw fail('too many colons in address')
  if (/[[\]]/.test(host)) throw fail(`unexpected '${/[[\]]/.exec(host)![0]}' in address`)
  return { host, port: address.slice(colon + 1) }
}

/** A listen address of the file: `host:port` as text. Throws nats-server's text. */
export function parse_listen_address(text: string): { host: string; port: number } {
  let parts: { host: string; port: string }
  try {
    parts = split_host_port(text)
  } catch (error) {
    if (error instanceof ValueError) throw new ValueError(`could not parse address string ${quote(text)}`)
    throw error
  }
  if (!/^[+-]?\d+$/.test(parts.port)) throw new ValueError(`could not parse port ${quote(parts.port)}`)
  return { host: parts.host, port: Number(parts.port) }
}
