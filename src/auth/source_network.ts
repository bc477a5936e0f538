// Whether an address is within a network, as `10.0.0.0/8` or `fd00::/8`.

/** Null: that is no address. */
function address_value(text: string): { bits: number; value: bigint } | null {
  if (!text.includes(':')) {
    const parts = text.split('.')
    if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return null
    return { bits: 32, value: parts.reduce((value, part) => value << 8n | BigInt(part), 0n) }
  }
  const halves = text.split('::')
  if (halves.length > 2) return null
  const groups = halves.map((half) => half === '' ? [] : half.split(':'))
  const missing = 8 - groups.reduce((count, each) => count + each.length, 0)
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null
  const all = halves.length === 1 ? groups[0] : [...groups[0], ...Array(missing).fill('0'), ...groups[1]]
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null
  return { bits: 128, value: all.reduce((value, group) => value << 16n | BigInt(`0x${group}`), 0n) }
}

/** Whether the text names a network. */
export const is_network = (network: string): boolean => parse_network(network) !== null

/** False, too, where one of them can not be read. */
export function is_in_network(ip: string, network: string): boolean {
  const parsed = parse_network(network), address = address_value(ip)
  if (parsed === null || address === null || address.bits !== parsed.bits) return false
  const rest = BigInt(parsed.bits - parsed.prefix)
  return address.value >> rest === parsed.value >> rest
}

function parse_network(network: string): { bits: number; value: bigint; prefix: number } | null {
  const [, host, length] = /^([^/]+)\/(\d{1,3})$/.exec(network) ?? []
  const address = host === undefined ? null : address_value(host)
  const prefix = Number(length)
  return address === null || prefix > address.bits ? null : { ...address, prefix }
}
