// The addresses at which clients, or peers, are told to reach this server.
import { format_address, interface_addresses, is_any_host, parse_address } from '../net/address.ts'

/** What an `advertise` option says: `host[:port]`. Throws an Error with the reason if it is none. */
export function advertised(text: string, port: number): { host: string; port: number } {
  const colons = text.split(':').length - 1
  if (colons > 1 && !text.startsWith('[')) throw new Error(`address ${text}: too many colons in address`)
  const address = parse_address(text, port)
  if (address === null) throw new Error(`address ${text}: invalid host or port`)
  return address.port > 0 ? address : { host: address.host, port }
}

/** The addresses at which clients can reach a listener on host:port, as `host:port` texts. */
export function client_urls(advertise: string, host: string, port: number): string[] {
  if (advertise !== '') {
    const address = advertised(advertise, port)
    return [format_address(address.host, address.port)]
  }
  if (!is_any_host(host)) return [format_address(host, port)]
  return interface_addresses().map((address) => format_address(address, port))
}
