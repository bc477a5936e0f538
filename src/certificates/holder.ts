// Whom a certificate is for: `NAME` or `NAME=HOST,HOST`.

/** Every certificate of a node is good on the machine itself. */
export const LOCAL_HOSTS: readonly string[] = Object.freeze(['localhost', '127.0.0.1', '::1'])

export interface Holder {
  /** Also the name of its files. */
  readonly name: string
  /** Names and IP addresses; empty for a client, which is not dialled. */
  readonly hosts: readonly string[]
}

/** What is asked for makes no sense; the message says why. */
export class HolderError extends Error {
  override name = 'HolderError'
}

/** A server of the mesh. `hosts`: further ones, that every node has. Throws HolderError. */
export function node_of(word: string, hosts: readonly string[] = []): Holder {
  const [, name, more = ''] = /^([\w.-]+)(?:=(.*))?$/.exec(word) ?? []
  if (name === undefined) throw new HolderError(`${JSON.stringify(word)} is no NODE or NODE=HOST,HOST`)
  check_name(name)
  return { name, hosts: [...new Set([...split_list(more), ...hosts, name, ...LOCAL_HOSTS].map(checked_host))] }
}

/** Somebody who dials. Throws HolderError. */
export function client_of(name: string): Holder {
  if (!/^[\w.-]+$/.test(name)) throw new HolderError(`${JSON.stringify(name)} is no name of a client`)
  check_name(name)
  return { name, hosts: [] }
}

/** Two holders would have one file. Throws HolderError. */
export function check_distinct(holders: readonly Holder[]): void {
  const names = holders.map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new HolderError(`"${twice}" is asked for twice`)
}

/** The parts of a list with commas. */
export const split_list = (text: string): string[] =>
  text.split(',').map((part) => part.trim()).filter((part) => part !== '')

/** Names of files that are the authority's, or belong to another holder, are nobody's. */
function check_name(name: string): void {
  const is_reserved = name === 'ca' || name.endsWith('-key') || /^\.+$/.test(name)
  if (is_reserved) throw new HolderError(`"${name}" can not be a name: the file would be another one's`)
}

function checked_host(host: string): string {
  if (/^(\*\.)?[\w.:-]+$/.test(host)) return host
  throw new HolderError(`"${host}" is no host name or IP address (no port, no brackets)`)
}
